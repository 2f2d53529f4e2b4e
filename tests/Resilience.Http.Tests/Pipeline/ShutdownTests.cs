using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Pipeline;

/// <summary>What a shutdown leaves to the calls in flight.</summary>
public sealed class ShutdownTests
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly Shutdown _shutdown;

    public ShutdownTests() => _shutdown = new Shutdown(_clock);

    [Theory]
    [InlineData(30_000, 29_000)]
    [InlineData(10_000, 9_000)]
    [InlineData(9_000, 8_100)]
    [InlineData(1_000, 900)]
    [InlineData(0, 0)]
    public void Calls_have_the_hosts_timeout_less_a_second_or_a_tenth(int timeout, int grace)
    {
        _clock.Advance(TimeSpan.FromSeconds(5));

        _shutdown.Begin(TimeSpan.FromMilliseconds(timeout));

        Assert.Equal(TimeSpan.FromMilliseconds(grace), _shutdown.Grace);
        Assert.Equal(TimeSpan.FromMilliseconds(grace), _clock.GetElapsedTime(_clock.GetTimestamp(), _shutdown.Deadline));
    }

    [Fact]
    public void A_callback_of_the_shutdown_token_sees_its_deadline()
    {
        var seen = 0L;
        using var registration = _shutdown.Stopping.Register(() => seen = _shutdown.Deadline);

        _shutdown.Begin(TimeSpan.FromSeconds(30));

        Assert.Equal(_shutdown.Deadline, seen);
        Assert.True(_shutdown.HasBegun);
    }

    [Fact]
    public void A_shutdown_begins_once()
    {
        _shutdown.Begin(TimeSpan.FromSeconds(30));
        var deadline = _shutdown.Deadline;
        _clock.Advance(TimeSpan.FromSeconds(10));

        _shutdown.Begin(TimeSpan.FromSeconds(60));

        Assert.Equal(deadline, _shutdown.Deadline);
    }

    [Fact]
    public void A_host_that_waits_forever_sets_no_deadline()
    {
        _shutdown.Begin(Timeout.InfiniteTimeSpan);

        Assert.Equal((true, long.MaxValue), (_shutdown.HasBegun, _shutdown.Deadline));
    }
}
