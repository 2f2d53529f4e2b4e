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
        var lab = new CircuitFixture(OnlyRow);
        lab.Succeed(times: 20);
        var inFlight = Enumerable.Range(0, 17).Select(_ => lab.Acquire()).ToArray();

        Array.ForEach(inFlight, permit => lab.Fail(permit));

        Assert.Equal(1, lab.Circuit.Snapshot().ConsecutiveFailures);
    }

    [Fact]
    public void A_failure_that_began_after_the_last_one_was_known_counts()
    {
        var lab = new CircuitFixture(OnlyRow);
        lab.Succeed(times: 20);

        lab.Fail(times: 4);

        Assert.Equal(4, lab.Circuit.Snapshot().ConsecutiveFailures);
    }

    [Fact]
    public void A_failure_that_was_not_counted_is_not_the_reference_for_later_failures()
    {
        var lab = new CircuitFixture(OnlyRow);
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
        var lab = new CircuitFixture(OnlyRow);
        lab.Succeed(times: 20);
        var inFlight = Enumerable.Range(0, 5).Select(_ => lab.Acquire()).ToArray();

        Array.ForEach(inFlight, permit => lab.Fail(permit, CircuitFixture.TimedOut));

        Assert.Equal(CircuitState.Open, lab.State);
    }

    [Fact]
    public void A_burst_of_failures_counts_once_as_soon_as_its_first_result_arrives()
    {
        var lab = new CircuitFixture(OnlyRow);
        var inFlight = Enumerable.Range(0, 20).Select(_ => lab.Acquire()).ToArray();

        Array.ForEach(inFlight, permit => lab.Fail(permit));

        Assert.Equal(1, lab.Circuit.Snapshot().ConsecutiveFailures);
    }

    [Fact]
    public void A_success_resets_failures_that_began_before_it_and_keeps_those_that_began_after()
    {
        var lab = new CircuitFixture(OnlyRow);
        lab.Fail(times: 2);
        var success = lab.Acquire();
        lab.Fail(times: 2);

        lab.Succeed(success);

        Assert.Equal(2, lab.Circuit.Snapshot().ConsecutiveFailures);
    }

    [Fact]
    public void A_timeout_does_not_count_if_an_attempt_that_began_after_it_has_succeeded()
    {
        var lab = new CircuitFixture(OnlyRow);
        var hanging = Enumerable.Range(0, 5).Select(_ => lab.Acquire()).ToArray();
        lab.Succeed(times: 1);
        lab.Clock.Advance(TimeSpan.FromSeconds(10));

        Array.ForEach(hanging, permit => lab.Fail(permit, CircuitFixture.TimedOut));

        Assert.Equal((CircuitState.Closed, 0), (lab.State, lab.Circuit.Snapshot().ConsecutiveFailures));
    }

    [Fact]
    public void Timeouts_count_if_only_attempts_that_began_before_them_have_succeeded()
    {
        var lab = new CircuitFixture(OnlyRow);
        lab.Succeed(times: 1);
        var hanging = Enumerable.Range(0, 5).Select(_ => lab.Acquire()).ToArray();
        lab.Clock.Advance(TimeSpan.FromSeconds(10));

        Array.ForEach(hanging, permit => lab.Fail(permit, CircuitFixture.TimedOut));

        Assert.Equal(CircuitState.Open, lab.State);
    }

    [Fact]
    public void Consecutive_failures_while_older_attempts_are_answered_are_not_an_outage()
    {
        var lab = new CircuitFixture(OnlyRow);
        var slow = Enumerable.Range(0, 3).Select(_ => lab.Acquire()).ToArray();
        lab.Fail(times: 1);
        Array.ForEach(slow, permit => lab.Succeed(permit));

        lab.Fail(times: 10);
        Assert.Equal((CircuitState.Closed, 11), (lab.State, lab.Circuit.Snapshot().ConsecutiveFailures));

        lab.Fail(times: 1); // Four failures for each answer.
        Assert.Equal(CircuitState.Open, lab.State);
    }

    [Fact]
    public void Consecutive_failures_expected_from_the_failure_share_do_not_open_the_circuit()
    {
        var lab = new CircuitFixture(OnlyRow);
        for (var i = 0; i < 10; i++)
        {
            lab.Fail(times: 1);
            lab.Succeed(times: 1);
        }

        lab.Fail(times: 19); // One half to the power of 19 is more than a millionth.
        Assert.Equal(CircuitState.Closed, lab.State);

        lab.Fail(times: 1);
        Assert.Equal(CircuitState.Open, lab.State);
    }

    [Fact]
    public void Timeouts_that_come_together_are_weighed_with_what_was_answered_when_they_began()
    {
        var lab = new CircuitFixture(options => options.FailureThreshold = 0);
        lab.Succeed(times: 20);
        var hanging = Enumerable.Range(0, 20).Select(_ => lab.Acquire()).ToArray();
        lab.Clock.Advance(TimeSpan.FromSeconds(10));

        Array.ForEach(hanging, permit => lab.Fail(permit, CircuitFixture.TimedOut));

        Assert.Equal((CircuitState.Closed, 1.0), (lab.State, lab.Circuit.Snapshot().FailureRatio));
    }

    [Fact]
    public void A_hanging_service_with_one_call_a_second_opens_the_circuit_within_20_seconds()
    {
        var lab = new CircuitFixture();
        var traffic = new Traffic(lab);
        for (var i = 0; i < 60; i++)
        {
            traffic.Call(
                TimeSpan.FromSeconds(i), _ => traffic.Now >= Death ? (TimeSpan.FromSeconds(10), CircuitFixture.TimedOut) : (Latency, null));
        }

        traffic.Run();

        Assert.InRange(traffic.OpenedAt!.Value - Death, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_pod_of_three_that_dies_with_17_calls_in_flight_does_not_open_the_circuit()
    {
        var lab = new CircuitFixture();
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
                    (true, _) when traffic.Now >= Death => (Ms(1), CircuitFixture.Failure),
                    (true, true) => (Death - traffic.Now, CircuitFixture.Failure),
                    _ => (Latency, null),
                };
            });
        }

        traffic.Run();

        Assert.Empty(lab.Transitions);
    }

    [Fact]
    public void A_real_outage_with_refused_connections_opens_the_circuit_within_a_second()
    {
        var lab = new CircuitFixture();
        var traffic = new Traffic(lab);
        for (var i = 0; i < 4_000; i++)
        {
            traffic.Call(Ms(i), _ => traffic.Now >= Death ? (Ms(1), CircuitFixture.Failure)
                : traffic.Now + Latency > Death ? (Death - traffic.Now, CircuitFixture.Failure)
                : (Latency, null));
        }

        traffic.Run();

        Assert.InRange(traffic.OpenedAt!.Value - Death, TimeSpan.Zero, Ms(20));
    }

    [Fact]
    public void A_real_outage_with_hanging_calls_opens_the_circuit_within_the_attempt_timeout()
    {
        var lab = new CircuitFixture();
        var traffic = new Traffic(lab);
        var attemptTimeout = TimeSpan.FromSeconds(2);
        for (var i = 0; i < 6_000; i++)
        {
            traffic.Call(Ms(i), _ => traffic.Now + Latency > Death ? (attemptTimeout, CircuitFixture.TimedOut) : (Latency, null));
        }

        traffic.Run();

        Assert.InRange(traffic.OpenedAt!.Value - Death, TimeSpan.Zero, attemptTimeout);
    }
}
