using Resilience.Http.CircuitBreaker.States;
using static Resilience.Http.Tests.CircuitBreaker.Traffic;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>
/// Attempts in flight weigh against failures, but not for longer than the sampling window: a service that is down opens its circuit however
/// slowly it fails and however many calls hang.
/// </summary>
public sealed class SlowOutageTests
{
    private static readonly TimeSpan Window = new HttpCircuitBreakerOptions().SamplingWindow;

    [Theory]
    [InlineData(2_000)]
    [InlineData(3_000)]
    [InlineData(5_000)]
    public void A_service_that_fails_slowly_opens_the_circuit_within_the_sampling_window(int latency)
    {
        var traffic = Run(300, TimeSpan.FromSeconds(30), _ => (Ms(latency), CircuitFixture.Failure));

        Assert.InRange(traffic.OpenedAt!.Value, TimeSpan.Zero, Window + Ms(20));
    }

    [Theory]
    [InlineData(3_000)]
    [InlineData(5_000)]
    [InlineData(8_000)]
    public void One_success_in_a_hundred_does_not_keep_the_circuit_closed(int latency)
    {
        var traffic = Run(
            300, TimeSpan.FromSeconds(30), number => (Ms(latency), number % 100 == 0 ? null : CircuitFixture.Failure));

        Assert.InRange(traffic.OpenedAt!.Value, TimeSpan.Zero, Ms(latency) + Window + Ms(200));
    }

    [Fact]
    public void Hanging_calls_beside_failures_and_few_answers_do_not_keep_the_circuit_closed()
    {
        var traffic = Run(300, TimeSpan.FromSeconds(30), number => (number % 100) switch
        {
            0 => (Ms(5), null),
            < 50 => (TimeSpan.FromHours(1), null),
            _ => (Ms(5), CircuitFixture.Failure),
        });

        Assert.InRange(traffic.OpenedAt!.Value, TimeSpan.Zero, Window + Ms(500));
    }

    [Fact]
    public void Twenty_callers_of_a_service_that_fails_after_2_s_open_the_circuit_in_the_window()
    {
        var lab = new CircuitFixture();
        var traffic = new Traffic(lab);
        for (var caller = 0; caller < 20; caller++)
        {
            for (var call = 0; call < 10; call++)
            {
                traffic.Call(TimeSpan.FromSeconds(2 * call) + Ms(caller), _ => (Ms(1_999), CircuitFixture.Failure));
            }
        }

        traffic.Run();

        Assert.InRange(traffic.OpenedAt!.Value, TimeSpan.Zero, Window + Ms(20));
    }

    [Fact]
    public void Throttling_of_all_answered_calls_opens_the_circuit_although_others_hang()
    {
        var lab = new CircuitFixture();
        var hanging = Enumerable.Range(0, 50).Select(_ => lab.Acquire()).ToArray();
        var traffic = new Traffic(lab);
        for (var i = 0; i < 300; i++)
        {
            traffic.Call(Ms(100 * i), _ => (Ms(1), CircuitFixture.Throttled()));
        }

        traffic.Run();

        Assert.Equal(50, hanging.Length);
        Assert.InRange(traffic.OpenedAt!.Value, TimeSpan.Zero, Window + TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(2, 7)]
    [InlineData(50, 10)]
    public void Long_polls_in_flight_do_not_hide_one_failing_call_a_second(int polls, int opensAfterSeconds)
    {
        var lab = new CircuitFixture();
        var hanging = Enumerable.Range(0, polls).Select(_ => lab.Acquire()).ToArray();
        var traffic = new Traffic(lab);
        for (var second = 0; second < 60; second++)
        {
            traffic.Call(TimeSpan.FromSeconds(second), _ => (Ms(1), CircuitFixture.Failure));
        }

        traffic.Run();

        Assert.Equal(polls, hanging.Length);
        Assert.Equal(TimeSpan.FromSeconds(opensAfterSeconds) + Ms(1), traffic.OpenedAt);
    }

    [Theory]
    [InlineData(20, 5)]
    [InlineData(20, 11)]
    [InlineData(1, 11)]
    [InlineData(1, 60)]
    public void Bursts_whose_failures_come_first_do_not_add_up(int minimumThroughput, int secondsBetween)
    {
        var lab = new CircuitFixture(options => options.MinimumThroughput = minimumThroughput);
        var traffic = new Traffic(lab);
        for (var burst = 0; burst < 10; burst++)
        {
            for (var call = 0; call < 60; call++)
            {
                var fails = call % 2 == 0;
                traffic.Call(
                    TimeSpan.FromSeconds(burst * secondsBetween), _ => fails ? (Ms(1), CircuitFixture.Failure) : (Ms(1_000), null));
            }
        }

        traffic.Run();

        Assert.Empty(lab.Transitions);
    }

    private static Traffic Run(
        int callsPerSecond, TimeSpan duration, Func<int, (TimeSpan Takes, CircuitFailure? Failure)> answer)
    {
        var traffic = new Traffic(new CircuitFixture());
        for (var i = 0; i < callsPerSecond * duration.TotalSeconds; i++)
        {
            traffic.Call(TimeSpan.FromSeconds((double)i / callsPerSecond), answer);
        }

        traffic.Run();
        return traffic;
    }
}
