using Resilience.Http.CircuitBreaker.States;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>Timeouts that fired while this process was behind are set aside until it is known whose trouble they were.</summary>
public sealed class DeferredTimeoutTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly CircuitFixture _lab = new();

    [Fact]
    public void Deferred_timeouts_do_not_count_at_first()
    {
        TimeOut(times: 20);

        Assert.Equal(CircuitState.Closed, _lab.State);
        Assert.Equal(0, _lab.Circuit.Snapshot().ConsecutiveFailures);
        Assert.Equal(0, _lab.Circuit.InFlight);
    }

    [Fact]
    public void A_success_that_began_no_earlier_than_the_first_deferred_timeout_drops_all()
    {
        TimeOut(times: 20);
        _lab.Succeed(times: 1);

        _lab.Clock.Advance(Limit * 3);

        Assert.Equal(CircuitState.Closed, _lab.State);
        Assert.Equal(0, _lab.Circuit.Snapshot().ConsecutiveFailures);
    }

    [Fact]
    public void A_success_of_an_attempt_that_began_earlier_drops_no_deferred_timeout()
    {
        var earlier = _lab.Acquire(Limit);
        _lab.Clock.Advance(Tick);
        TimeOut(times: 5);
        _lab.Succeed(earlier);

        _lab.Clock.Advance(Limit);

        Assert.Equal(CircuitState.Open, _lab.State);
    }

    [Fact]
    public void Without_a_success_deferred_timeouts_count_after_one_attempt_timeout()
    {
        TimeOut(times: 5);
        _lab.Clock.Advance(Limit - Tick);
        Assert.Equal(CircuitState.Closed, _lab.State);

        _lab.Clock.Advance(Tick);

        Assert.Equal(CircuitState.Open, _lab.State);
    }

    [Fact]
    public void The_next_attempt_is_refused_once_deferred_timeouts_count()
    {
        TimeOut(times: 5);
        _lab.Clock.Advance(Limit);

        _lab.Refused();
    }

    [Fact]
    public void Deferred_timeouts_count_after_ten_seconds_at_most()
    {
        TimeOut(times: 5, limit: TimeSpan.FromMinutes(1));

        _lab.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(CircuitState.Open, _lab.State);
    }

    [Fact]
    public void Time_in_the_queue_beyond_the_limit_counts_towards_the_deferral()
    {
        var permits = Enumerable.Range(0, 5).Select(_ => _lab.Acquire(Limit)).ToArray();
        _lab.Clock.Advance(Limit * 2);

        Array.ForEach(permits, permit => Defer(permit, Limit));

        Assert.Equal(CircuitState.Open, _lab.State);
    }

    [Fact]
    public void Too_few_deferred_timeouts_open_nothing_but_count_as_consecutive_failures()
    {
        TimeOut(times: 4);
        _lab.Clock.Advance(Limit);
        Assert.Equal(CircuitState.Closed, _lab.State);

        _lab.Fail(times: 1, CircuitFixture.TimedOut);

        Assert.Equal(CircuitState.Open, _lab.State);
    }

    [Fact]
    public void A_timed_out_trial_is_deferred_too_and_makes_room_for_another()
    {
        _lab.HalfOpen();
        TimeOut(times: _lab.Options.HalfOpenMaxCalls);
        Assert.Equal(CircuitState.HalfOpen, _lab.State);

        _lab.Succeed(times: _lab.Options.HalfOpenMaxCalls);

        Assert.Equal(CircuitState.Closed, _lab.State);
    }

    [Fact]
    public void Trials_without_a_success_open_the_circuit_again()
    {
        _lab.HalfOpen();
        TimeOut(times: _lab.Options.HalfOpenMaxCalls);

        _lab.Clock.Advance(Limit);

        Assert.Equal(CircuitState.Open, _lab.State);
    }

    [Fact]
    public void Deferred_timeouts_of_a_period_that_is_over_change_nothing()
    {
        TimeOut(times: 5);
        _lab.Reset();

        _lab.Clock.Advance(Limit * 2);

        Assert.Equal(CircuitState.Closed, _lab.State);
    }

    [Fact]
    public void A_timeout_whose_period_is_over_does_not_shorten_later_deferrals()
    {
        TimeOut(times: 5);
        _lab.Reset();
        TimeOut(times: 5);

        _lab.Clock.Advance(Limit - Tick);
        Assert.Equal(CircuitState.Closed, _lab.State);
        _lab.Clock.Advance(Tick);

        Assert.Equal(CircuitState.Open, _lab.State);
    }

    [Fact]
    public void A_timeout_deferred_after_its_period_does_not_shorten_later_deferrals_either()
    {
        var late = _lab.Acquire(Limit);
        _lab.Reset();
        _lab.Clock.Advance(Limit);
        Defer(late, Limit);
        TimeOut(times: 5);

        _lab.Clock.Advance(Limit - Tick);

        Assert.Equal(CircuitState.Closed, _lab.State);
    }

    [Fact]
    public void A_success_races_with_the_end_of_the_deferral_and_one_of_them_decides() =>
        Race.Run(
            rounds: 2_000,
            begin: () =>
            {
                var lab = new CircuitFixture();
                var permit = lab.Acquire(Limit);
                for (var i = 0; i < 5; i++)
                {
                    var late = lab.Acquire(Limit);
                    lab.Circuit.Defer(
                        late,
                        lab.Clock.GetTimestamp(),
                        CircuitFixture.TimedOut,
                        DeferredTimeouts.EndFor(late, TimeSpan.Zero, lab.Clock) + 1);
                }

                lab.Clock.Advance(Tick);
                return (Lab: lab, Permit: permit);
            },
            check: round =>
            {
                Assert.Contains(round.Lab.State, new[] { CircuitState.Closed, CircuitState.Open });
                Assert.Equal(0, round.Lab.Circuit.InFlight);
            },
            round => round.Lab.Succeed(round.Permit),
            round => round.Lab.Circuit.Snapshot());

    /// <summary>Attempts at once, all of which are cut at their limit.</summary>
    private void TimeOut(int times, TimeSpan? limit = null)
    {
        var permits = Enumerable.Range(0, times).Select(_ => _lab.Acquire(limit ?? Limit)).ToArray();
        _lab.Clock.Advance(limit ?? Limit);
        Array.ForEach(permits, permit => Defer(permit, limit ?? Limit));
    }

    private void Defer(CircuitPermit permit, TimeSpan limit) =>
        _lab.Circuit.Defer(permit, _lab.Clock.GetTimestamp(), CircuitFixture.TimedOut, DeferredTimeouts.EndFor(permit, limit, _lab.Clock));
}
