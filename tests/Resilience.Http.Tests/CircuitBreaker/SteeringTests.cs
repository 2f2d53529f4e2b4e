namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>One circuit steered by hand.</summary>
public sealed class SteeringTests
{
    [Fact]
    public void An_isolated_circuit_refuses_until_it_is_reset()
    {
        var lab = new CircuitFixture();

        lab.Isolate("payments moves house");
        lab.Clock.Advance(TimeSpan.FromDays(300));

        var refusal = lab.Refused();
        Assert.Equal((CircuitState.Isolated, "payments moves house", null), (refusal.State, refusal.Reason, refusal.RetryAfter));
        lab.Reset();
        lab.Acquire();
        Assert.Equal("closed > isolated > closed", lab.Path);
    }

    [Fact]
    public void An_isolation_with_a_duration_ends_half_open()
    {
        var lab = new CircuitFixture();

        lab.Isolate(duration: TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.FromMinutes(5), lab.Refused().RetryAfter);
        lab.EndBreak();

        lab.Succeed(times: 3);
        Assert.Equal("closed > isolated > half_open > closed", lab.Path);
        Assert.Equal("the isolation has ended", lab.Transitions[1].Reason);
    }

    [Fact]
    public void Transitions_caused_by_time_are_reported_before_manual_ones()
    {
        var (isolated, reset) = (new CircuitFixture().Open(), new CircuitFixture().Open());
        isolated.Clock.Advance(TimeSpan.FromHours(1));
        reset.Clock.Advance(TimeSpan.FromHours(1));

        isolated.Isolate();
        reset.Reset();

        Assert.Equal("closed > open > half_open > isolated", isolated.Path);
        Assert.Equal("closed > open > half_open > closed", reset.Path);
    }

    [Fact]
    public void The_first_break_after_an_isolation_is_not_a_doubled_one()
    {
        var lab = new CircuitFixture();
        lab.Isolate(duration: TimeSpan.FromMinutes(5));
        lab.EndBreak();

        lab.Fail(times: 2);

        Assert.Equal(TimeSpan.FromSeconds(30), lab.Refused().RetryAfter);
    }

    [Fact]
    public void An_isolated_circuit_ignores_results_that_end_later()
    {
        var lab = new CircuitFixture();
        var early = lab.Acquire();
        lab.HalfOpen();
        var trials = Enumerable.Range(0, 3).Select(_ => lab.Acquire()).ToArray();

        lab.Isolate();
        Array.ForEach(trials, trial => lab.Succeed(trial));
        Assert.False(lab.Fail(early));

        Assert.Equal(CircuitState.Isolated, lab.State);
    }

    [Fact]
    public void Isolating_an_isolated_circuit_sets_the_new_reason_and_end_without_a_transition()
    {
        var lab = new CircuitFixture();
        lab.Isolate("first", TimeSpan.FromMinutes(1));

        lab.Isolate("second");
        lab.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("second", lab.Refused().Reason);
        Assert.Single(lab.Transitions);
    }

    [Fact]
    public void After_an_isolation_a_failed_trial_doubles_the_break_and_a_throttled_one_does_not()
    {
        var lab = new CircuitFixture();
        lab.Isolate(duration: TimeSpan.FromMinutes(1));
        lab.EndBreak();

        lab.Fail(times: 2, CircuitFixture.Throttled());
        Assert.Equal(TimeSpan.FromSeconds(30), lab.Refused().RetryAfter);
        lab.EndBreak();
        lab.Fail(times: 2);
        Assert.Equal(TimeSpan.FromSeconds(30), lab.Refused().RetryAfter);
        lab.EndBreak();
        lab.Fail(times: 2);

        Assert.Equal(TimeSpan.FromSeconds(60), lab.Refused().RetryAfter);
    }

    [Fact]
    public void Reset_closes_an_open_circuit_and_forgets_its_past()
    {
        var lab = new CircuitFixture().HalfOpen();
        lab.Fail(times: 2);

        lab.Reset();

        var snapshot = lab.Circuit.Snapshot();
        Assert.Equal(
            (CircuitState.Closed, 0, 0, null), (snapshot.State, snapshot.ConsecutiveFailures, snapshot.Throughput, snapshot.LastFailure));
        Assert.Equal("reset by hand", snapshot.Reason);
        lab.Open();
        Assert.Equal(TimeSpan.FromSeconds(30), lab.Refused().RetryAfter);
    }

    [Fact]
    public void Resetting_a_closed_circuit_forgets_its_window_and_is_not_a_transition()
    {
        var lab = new CircuitFixture();
        lab.Fail(times: 4);
        var late = lab.Acquire();

        lab.Reset();
        lab.Fail(late);

        Assert.Equal((0, 0), (lab.Circuit.Snapshot().ConsecutiveFailures, lab.Circuit.Snapshot().Throughput));
        Assert.Empty(lab.Transitions);
    }

    [Fact]
    public void A_trial_that_fails_after_a_reset_opens_nothing()
    {
        var lab = new CircuitFixture().HalfOpen();
        var trial = lab.Acquire();

        lab.Reset();
        Assert.False(lab.Fail(trial));

        Assert.Equal(CircuitState.Closed, lab.State);
    }

    [Fact]
    public void An_end_beyond_the_time_range_means_no_end()
    {
        var lab = new CircuitFixture();

        lab.Isolate(duration: TimeSpan.MaxValue);
        lab.Clock.Advance(TimeSpan.FromDays(36_500));

        lab.Refused();
    }
}
