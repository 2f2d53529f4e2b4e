using Resilience.Http.CircuitBreaker.States;
using static Resilience.Http.Tests.CircuitBreaker.Traffic;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>
/// A failure is often known before the answers of the attempts that began with it. An attempt in flight may still be answered, so it weighs
/// as much as an answer until it has had its time.
/// </summary>
public sealed class PendingAttemptTests
{
    private static readonly TimeSpan Window = new HttpCircuitBreakerOptions().SamplingWindow;

    private static void OnlyRow(HttpCircuitBreakerOptions options) => options.FailureRatio = 0;

    private static void OnlyRatio(HttpCircuitBreakerOptions options) => options.FailureThreshold = 0;

    [Fact]
    public void Consecutive_failures_open_the_circuit_only_at_four_per_attempt_in_flight()
    {
        var lab = new CircuitFixture(OnlyRow);
        InFlight(lab, 3);

        lab.Fail(times: 11);
        Assert.Equal((CircuitState.Closed, 11), (lab.State, lab.Circuit.Snapshot().ConsecutiveFailures));

        lab.Fail(times: 1);
        Assert.Equal(CircuitState.Open, lab.State);
    }

    [Fact]
    public void Failures_of_one_burst_all_count_against_the_attempts_in_flight()
    {
        var lab = new CircuitFixture(OnlyRow);
        var burst = InFlight(lab, 10);
        InFlight(lab, 3);

        Array.ForEach(burst, permit => lab.Fail(permit));
        lab.Fail(times: 3);
        Assert.Equal((CircuitState.Closed, 4), (lab.State, lab.Circuit.Snapshot().ConsecutiveFailures));

        lab.Fail(times: 1); // 14 failures, 5 of them in a row.
        Assert.Equal(CircuitState.Open, lab.State);
    }

    [Fact]
    public void Failures_of_a_burst_that_a_success_ended_do_not_count_for_later_failures()
    {
        var lab = new CircuitFixture(options => (options.FailureRatio, options.MinimumThroughput) = (0, 1_000_000));
        var burst = InFlight(lab, 40);
        var success = lab.Acquire();
        var later = lab.Acquire();
        Array.ForEach(burst, permit => lab.Fail(permit));
        lab.Fail(times: 1);
        lab.Succeed(success);
        lab.Circuit.Ignore(later);

        InFlight(lab, 3);
        lab.Fail(times: 10);
        Assert.Equal((CircuitState.Closed, 11), (lab.State, lab.Circuit.Snapshot().ConsecutiveFailures));

        lab.Fail(times: 1);
        Assert.Equal(CircuitState.Open, lab.State);
    }

    [Fact]
    public void Attempts_that_were_in_flight_and_ended_without_a_verdict_are_not_waited_for()
    {
        var lab = new CircuitFixture(OnlyRow);
        var pending = InFlight(lab, 20);
        lab.Fail(times: 5);
        Assert.Equal(CircuitState.Closed, lab.State);

        Array.ForEach(pending, permit => lab.Circuit.Ignore(permit));
        lab.Fail(times: 1);

        Assert.Equal(CircuitState.Open, lab.State);
    }

    [Fact]
    public void Attempts_in_flight_that_fail_too_open_the_circuit()
    {
        var lab = new CircuitFixture(OnlyRow);
        var pending = InFlight(lab, 20);
        lab.Fail(times: 5);
        Assert.Equal(CircuitState.Closed, lab.State);

        Array.ForEach(pending, permit => lab.Fail(permit));

        Assert.Equal((CircuitState.Open, 5), (lab.State, lab.Circuit.Snapshot().ConsecutiveFailures));
    }

    [Fact]
    public void The_share_of_failures_is_taken_as_if_the_attempts_in_flight_succeeded()
    {
        var lab = new CircuitFixture(OnlyRatio);
        InFlight(lab, 6);

        lab.Fail(times: 23);
        Assert.Equal((CircuitState.Closed, 1.0), (lab.State, lab.Circuit.Snapshot().FailureRatio));

        lab.Fail(times: 1); // 24 of 30.
        Assert.Equal("24 of 24 results in 10 s were failures, last 503 ServiceUnavailable", lab.Circuit.Snapshot().Reason);
    }

    [Fact]
    public void A_ratio_of_one_does_not_wait_until_nothing_is_in_flight()
    {
        var lab = new CircuitFixture(options =>
        {
            OnlyRatio(options);
            options.FailureRatio = 1;
        });
        InFlight(lab, 5);

        lab.Fail(times: 19);
        Assert.Equal(CircuitState.Closed, lab.State);

        lab.Fail(times: 1); // 20 of 25 are four fifths.
        Assert.Equal(CircuitState.Open, lab.State);
    }

    [Fact]
    public void A_ratio_of_one_still_needs_failures_only()
    {
        var lab = new CircuitFixture(options =>
        {
            OnlyRatio(options);
            options.FailureRatio = 1;
        });

        lab.Succeed(times: 1);
        lab.Fail(times: 100);

        Assert.Equal(CircuitState.Closed, lab.State);
    }

    [Fact]
    public void The_fifth_timeout_opens_the_circuit_however_many_attempts_are_in_flight()
    {
        var lab = new CircuitFixture(OnlyRow);
        var hanging = InFlight(lab, 200);

        Assert.Equal(
            [false, false, false, false, true], hanging.Take(5).Select(permit => lab.Fail(permit, CircuitFixture.TimedOut)));
    }

    [Fact]
    public void The_share_of_timeouts_opens_the_circuit_however_many_attempts_are_in_flight()
    {
        var lab = new CircuitFixture(OnlyRatio);
        var hanging = InFlight(lab, 200);

        Array.ForEach(hanging[..20], permit => lab.Fail(permit, CircuitFixture.TimedOut));

        Assert.Equal(CircuitState.Open, lab.State);
    }

    [Fact]
    public void If_some_attempts_hang_and_the_rest_fail_the_first_timeout_opens_the_circuit()
    {
        var lab = new CircuitFixture(OnlyRow);
        var hanging = InFlight(lab, 100);
        lab.Fail(times: 100);
        Assert.Equal(CircuitState.Closed, lab.State);

        Assert.True(lab.Fail(hanging[0], CircuitFixture.TimedOut));
    }

    [Fact]
    public void A_timeout_that_a_later_success_refuted_does_not_open_the_circuit()
    {
        var lab = new CircuitFixture(OnlyRow);
        var hanging = lab.Acquire();
        lab.Succeed(times: 1);
        InFlight(lab, 100);
        lab.Fail(times: 100);

        Assert.False(lab.Fail(hanging, CircuitFixture.TimedOut));
    }

    [Fact]
    public void Without_timeouts_failures_for_a_whole_sampling_window_open_the_circuit()
    {
        var lab = new CircuitFixture(options => (options.FailureRatio, options.MinimumThroughput) = (0, 1_000_000));
        var start = lab.Clock.Elapsed;
        var traffic = new Traffic(lab);
        for (var i = 0; i < 4_000; i++)
        {
            traffic.Call(Ms(i * 10 / 3.0), number => number % 2 == 0 ? (Ms(1), CircuitFixture.Failure) : (TimeSpan.FromHours(1), null));
        }

        traffic.Run();

        Assert.InRange(traffic.OpenedAt!.Value - start, Window, Window + Ms(20));
    }

    [Theory]
    [InlineData(2, 300)]
    [InlineData(2, 1000)]
    [InlineData(3, 300)]
    [InlineData(3, 1000)]
    [InlineData(5, 300)]
    [InlineData(5, 1000)]
    public void One_backend_that_fails_at_once_beside_slow_ones_does_not_open_the_circuit(int backends, int latency)
    {
        var lab = new CircuitFixture();
        var traffic = new Traffic(lab);
        for (var i = 0; i < 9_000; i++)
        {
            traffic.Call(
                Ms(i * 10 / 3.0), number => number % backends == 0 ? (Ms(1), CircuitFixture.Failure) : (Ms(latency), null));
        }

        traffic.Run();

        Assert.Empty(lab.Transitions);
    }

    [Theory]
    [InlineData(1, 20)]
    [InlineData(50, 300)]
    public void A_service_that_fails_from_the_start_opens_the_circuit_after_five_failures(int latency, int most)
    {
        var lab = new CircuitFixture();
        var traffic = new Traffic(lab);
        for (var i = 0; i < 3_000; i++)
        {
            traffic.Call(Ms(i * 10 / 3.0), _ => (Ms(latency), CircuitFixture.Failure));
        }

        traffic.Run();

        Assert.InRange(traffic.OpenedAt!.Value, TimeSpan.Zero, Ms(most));
    }

    private static CircuitPermit[] InFlight(CircuitFixture lab, int count) => [.. Enumerable.Range(0, count).Select(_ => lab.Acquire())];
}
