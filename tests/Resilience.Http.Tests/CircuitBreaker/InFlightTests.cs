using Resilience.Http.CircuitBreaker;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>How many permits are out, whichever threads take them and give them back.</summary>
public sealed class InFlightTests
{
    private readonly CircuitTraffic _traffic = new();
    private readonly InFlight _inFlight;

    public InFlightTests() => _inFlight = new(_traffic);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_one_thread_takes_another_gives_back(bool busy)
    {
        _traffic.Note(busy ? 1_000 : 0);
        _inFlight.Enter();
        _inFlight.Enter();
        Assert.Equal((2L, 2L), (_inFlight.Count, _inFlight.CountAll()));

        Race.Together(threads: 1, _ => _inFlight.Leave());
        Assert.Equal(1, _inFlight.Count);

        Race.Together(threads: 1, _ => _inFlight.Leave());
        Assert.Equal((0L, 0L), (_inFlight.Count, _inFlight.CountAll()));
    }

    [Fact]
    public void What_was_taken_before_it_was_busy_is_given_back_after()
    {
        _inFlight.Enter();
        _traffic.Note(1_000);
        Assert.Equal(1, _inFlight.Count);

        _inFlight.Leave();

        Assert.Equal(0, _inFlight.Count);
    }

    [Fact]
    public void Threads_beyond_the_bound_count_as_well()
    {
        _traffic.Note(1_000);
        var threads = PerThread<object>.Most + 50;

        Race.Together(threads, _ => _inFlight.Enter());

        Assert.Equal(threads, _inFlight.Count);
    }
}
