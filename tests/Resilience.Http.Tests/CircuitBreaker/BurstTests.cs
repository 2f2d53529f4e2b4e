using static Resilience.Http.Tests.CircuitBreaker.Traffic;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>A burst is one failure: what was in flight together when a server died is one piece of news.</summary>
public sealed class BurstTests
{
    private static readonly TimeSpan Latency = Ms(51);
    private static readonly TimeSpan Death = Ms(2000);

    private static void OnlyRow(HttpCircuitBreakerOptions options) => options.FailureRatio = 0;

    [Fact]
    public void Failures_that_began_before_the_last_one_was_known_count_once()
    {
        var lab = new CircuitLab(OnlyRow);
        lab.Succeed(times: 20);
        var inFlight = Enumerable.Range(0, 17).Select(_ => lab.Acquire()).ToArray();

        Array.ForEach(inFlight, permit => lab.Fail(permit));

        Assert.Equal(1, lab.Circuit.Snapshot().ConsecutiveFailures);
    }

    [Fact]
    public void A_failure_that_began_after_the_last_one_was_known_counts()
    {
        var lab = new CircuitLab(OnlyRow);
        lab.Succeed(times: 20);

        lab.Fail(times: 4);

        Assert.Equal(4, lab.Circuit.Snapshot().ConsecutiveFailures);
    }

    [Fact]
    public void A_failure_that_was_not_counted_is_not_the_one_that_must_have_been_known()
    {
        var lab = new CircuitLab(OnlyRow);
        lab.Succeed(times: 20);
        var (first, second) = (lab.Acquire(), lab.Acquire());

        lab.Fail(first);
        var third = lab.Acquire();
        lab.Fail(second);
        lab.Fail(third);

        Assert.Equal(2, lab.Circuit.Snapshot().ConsecutiveFailures);
    }

    [Fact]
    public void Timeouts_of_one_burst_each_count()
    {
        var lab = new CircuitLab(OnlyRow);
        lab.Succeed(times: 20);
        var inFlight = Enumerable.Range(0, 5).Select(_ => lab.Acquire()).ToArray();

        Array.ForEach(inFlight, permit => lab.Fail(permit, CircuitLab.TimedOut));

        Assert.Equal(CircuitState.Open, lab.State);
    }

    [Fact]
    public void While_the_window_holds_little_every_failure_counts()
    {
        var lab = new CircuitLab(OnlyRow);
        lab.Succeed(times: 14);
        var inFlight = Enumerable.Range(0, 5).Select(_ => lab.Acquire()).ToArray();

        Array.ForEach(inFlight, permit => lab.Fail(permit));

        Assert.Equal(CircuitState.Open, lab.State);
    }

    [Fact]
    public void From_minimum_throughput_on_a_burst_counts_once()
    {
        var lab = new CircuitLab(OnlyRow);
        lab.Succeed(times: 15);
        var inFlight = Enumerable.Range(0, 5).Select(_ => lab.Acquire()).ToArray();

        Array.ForEach(inFlight, permit => lab.Fail(permit)); // The fifth is the twentieth result.

        Assert.Equal(4, lab.Circuit.Snapshot().ConsecutiveFailures);
    }

    [Theory]
    [InlineData(20, 0)]
    [InlineData(1_000_000, 1)] // The plain rule: no window ever holds that many results, so every failure counts.
    public void A_pod_of_three_that_dies_with_17_calls_in_flight_does_not_open_it(int minimumThroughput, int opened)
    {
        var lab = new CircuitLab(options => options.MinimumThroughput = minimumThroughput);
        var traffic = new Traffic(lab);

        // 1,000 calls a second, in turn over three pods, 51 ms each: 17 in flight at each pod. One dies at 2 s: what it has is cut off, and
        // until the balancer takes it out, a second later, what comes to it is refused at once.
        for (var i = 0; i < 10_000; i++)
        {
            traffic.Call(Ms(i), number =>
            {
                var dead = number % 3 == 0 && traffic.Now < Death + Ms(1000);
                var cut = traffic.Now + Latency > Death;
                return (dead, cut) switch
                {
                    (true, _) when traffic.Now >= Death => (Ms(1), CircuitLab.Failure),
                    (true, true) => (Death - traffic.Now, CircuitLab.Failure),
                    _ => (Latency, null),
                };
            });
        }

        traffic.Run();

        Assert.True(lab.Transitions.Count == 0, string.Join("\n", lab.Transitions));
        Assert.Equal(opened, lab.Transitions.Count(transition => transition.From == CircuitState.Closed));
        Assert.Equal(opened > 0, traffic.Refused > 7_000);
    }

    [Fact]
    public void A_real_outage_that_refuses_opens_it_within_a_second()
    {
        var lab = new CircuitLab();
        var traffic = new Traffic(lab);
        for (var i = 0; i < 4_000; i++)
        {
            traffic.Call(Ms(i), _ => traffic.Now >= Death ? (Ms(1), CircuitLab.Failure)
                : traffic.Now + Latency > Death ? (Death - traffic.Now, CircuitLab.Failure)
                : (Latency, null));
        }

        traffic.Run();

        Assert.InRange(traffic.OpenedAt!.Value - Death, TimeSpan.Zero, Ms(20));
    }

    [Fact]
    public void A_real_outage_that_hangs_opens_it_within_the_attempt_timeout()
    {
        var lab = new CircuitLab();
        var traffic = new Traffic(lab);
        var attemptTimeout = TimeSpan.FromSeconds(2);
        for (var i = 0; i < 6_000; i++)
        {
            traffic.Call(Ms(i), _ => traffic.Now + Latency > Death ? (attemptTimeout, CircuitLab.TimedOut) : (Latency, null));
        }

        traffic.Run();

        Assert.InRange(traffic.OpenedAt!.Value - Death, TimeSpan.Zero, attemptTimeout);
    }
}
