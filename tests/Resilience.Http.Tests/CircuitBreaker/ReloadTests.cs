namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>New options under a living circuit.</summary>
public sealed class ReloadTests
{
    [Fact]
    public void A_lower_threshold_applies_to_the_next_failure()
    {
        var lab = new CircuitFixture();
        lab.Fail(times: 3);

        lab.Reload(options => options.FailureThreshold = 4);
        lab.Fail(times: 1);

        Assert.Equal("4 consecutive failures, last 503 ServiceUnavailable", lab.Refused().Reason);
    }

    [Fact]
    public void A_throttled_attempt_does_not_open_a_circuit_whose_threshold_was_lowered()
    {
        var lab = new CircuitFixture();
        lab.Fail(times: 3);

        lab.Reload(options => options.FailureThreshold = 2);
        lab.Fail(times: 1, CircuitFixture.Throttled());

        Assert.Equal((CircuitState.Closed, 3), (lab.State, lab.Circuit.Snapshot().ConsecutiveFailures));
    }

    [Fact]
    public void An_open_circuit_keeps_its_current_break_and_the_next_one_uses_the_new_length()
    {
        var lab = new CircuitFixture().Open();

        lab.Reload(options => options.RecoveryTimeout = TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(30), lab.Refused().RetryAfter);
        lab.EndBreak();
        lab.Fail(times: 2);

        Assert.Equal(TimeSpan.FromSeconds(5), lab.Refused().RetryAfter);
    }

    [Fact]
    public void A_half_open_circuit_takes_the_new_quota_and_keeps_its_trials()
    {
        var lab = new CircuitFixture().HalfOpen();
        var trials = Enumerable.Range(0, 3).Select(_ => lab.Acquire()).ToArray();

        lab.Reload(options => options.HalfOpenMaxCalls = 2);
        lab.Succeed(trials[0]);
        lab.Refused();
        lab.Succeed(trials[1]);

        Assert.Equal(CircuitState.Closed, lab.State);
    }

    [Fact]
    public void An_isolated_circuit_stays_isolated()
    {
        var lab = new CircuitFixture();
        lab.Isolate();

        lab.Reload();

        Assert.Equal(CircuitState.Isolated, lab.State);
    }

    [Fact]
    public void The_window_and_the_consecutive_failures_stay_when_the_window_length_changes()
    {
        var lab = new CircuitFixture();
        lab.Succeed(times: 7);
        lab.Fail(times: 3);
        lab.Clock.Advance(TimeSpan.FromSeconds(5));

        lab.Reload(options => options.SamplingWindow = TimeSpan.FromMinutes(1));
        Assert.Equal((3, 10), (lab.Circuit.Snapshot().ConsecutiveFailures, lab.Circuit.Snapshot().Throughput));
        lab.Clock.Advance(TimeSpan.FromSeconds(45));

        Assert.Equal((3, 10), (lab.Circuit.Snapshot().ConsecutiveFailures, lab.Circuit.Snapshot().Throughput));
    }
}
