using Resilience.Http.CircuitBreaker.Counting;
using Resilience.Http.Pipeline;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>
/// Attempts go through, and their results are counted until a rule trips. They are counted here, so that one which comes too late counts
/// where it is no longer read.
/// </summary>
internal sealed class ClosedState(CircuitEnvironment terms, long beganAt, string? reason, string? lastFailure)
    : CircuitStateBase(terms, CircuitState.Closed, beganAt, terms.TimeOf(beganAt), reason, BreakHistory.After(lastFailure))
{
    private volatile ConsecutiveFailures? _consecutive; // Made when there is one.
    private volatile ResultWindow _window = new(terms.Clock, terms.Options.SamplingWindow, beganAt);
    private Look? _lastLook; // Only a fleet looks.
    private long? _ratioReachedAt; // Since then, each failure has found the share of failures high enough.
    private int _slowSuccesses;
    private int _bad;

    /// <summary>A permit, without a lock.</summary>
    public CircuitPermit Permit(Circuit circuit, long now, long order) => new(circuit, this, now, order, _consecutive?.Known ?? 0);

    /// <summary>Counts a success, without a lock.</summary>
    /// <returns>Whether it was slow. That is counted by <see cref="Conclude_NeedsLock"/>.</returns>
    public bool Succeed(in CircuitPermit permit, long at)
    {
        if (_window.AddSuccess(permit.Order, at))
        {
            Terms.Traffic.BecomeBusy();
        }

        return IsSlow(permit, at);
    }

    public override AuthorityAdmission GetAdmission(long now) => AuthorityAdmission.Open;

    public override AcquireResult Acquire_NeedsLock(
        Circuit circuit, long now, TimeSpan attemptLimit, out CircuitPermit permit, out CircuitRefusal? refusal)
    {
        permit = Permit(circuit, now, Terms.Traffic.Enter(now));
        refusal = null;
        return AcquireResult.Granted;
    }

    /// <summary>Counts a failure, and what is slow.</summary>
    public override CircuitStateBase? Conclude_NeedsLock(in CircuitPermit permit, long at, CircuitFailure? failure)
    {
        var slow = IsSlow(permit, at);
        if (slow)
        {
            _window.AddSlow_NeedsLock(at);
            _slowSuccesses += failure is null ? 1 : 0;
        }

        _bad += slow || failure is not null ? 1 : 0;

        var row = default(FailureRow);
        var why = failure is { } failed ? Fail_NeedsLock(permit, at, failed, out row) : null;
        why ??= slow ? TripRules.AfterSlowResult(Terms.Options, _window.Sum_NeedsLock(permit.StartedAt, at)) : null;
        if (why is null)
        {
            return null;
        }

        // The row that was judged: a success that comes in at this moment would end it, and the figures would contradict the reason.
        var counts = Counts_NeedsLock(at);
        counts = row.Count > 0 ? counts with { Consecutive = row.Count } : counts;
        return OpenState.Open(Terms, at, why, failure?.RetryAfter, Memory with { Breaks = 1, Counts = counts });
    }

    public override BreakHistory Remember_NeedsLock(long now) => Memory with { Counts = Counts_NeedsLock(now) };

    public override CircuitSnapshot Snapshot_NeedsLock(long now)
    {
        var counts = Counts_NeedsLock(now);
        return base.Snapshot_NeedsLock(now) with
        {
            ConsecutiveFailures = counts.Consecutive,
            Throughput = counts.Window.Throughput,
            FailureRatio = counts.Window.FailureRatio,
            SlowRatio = counts.Window.SlowRatio,
        };
    }

    /// <summary>
    /// Takes over the sampling window of options that are about to be in force. A success counted at this very moment may stay in the old
    /// one.
    /// </summary>
    public void Resize_NeedsLock(TimeSpan length)
    {
        if (Terms.Options.SamplingWindow != length)
        {
            _window = _window.Resized_NeedsLock(Terms.Clock, length, Terms.Clock.GetTimestamp());
        }
    }

    /// <summary>
    /// The results since the last call of this method. One that is counted at this very moment may be in none, and after a change of the
    /// sampling window successes are counted from the next look on.
    /// </summary>
    public CircuitResults TakeResults_NeedsLock(long now)
    {
        var good = _lastLook is { } last && ReferenceEquals(last.Window, _window)
            ? _window.SuccessesSince_NeedsLock(last.Mark, now)
            : 0;
        var results = new CircuitResults(Math.Max(0, good - _slowSuccesses), _bad);
        _lastLook = new(_window, _window.Mark_NeedsLock(now));
        _slowSuccesses = _bad = 0;
        return results;
    }

    private bool IsSlow(in CircuitPermit permit, long at) =>
        Terms.Options.SlowCallDuration is var limit
            && limit != Timeout.InfiniteTimeSpan
            && Terms.Clock.GetElapsedTime(permit.StartedAt, at) > limit;

    private ClosedCounts Counts_NeedsLock(long now) => new(_consecutive?.Count_NeedsLock(_window) ?? 0, _window.Sum_NeedsLock(now));

    /// <returns>Why it opens the circuit; <see langword="null"/> if it does not.</returns>
    private string? Fail_NeedsLock(in CircuitPermit permit, long at, in CircuitFailure failure, out FailureRow row)
    {
        Memory = Memory with { LastFailure = failure.Text };
        _window.AddFailure_NeedsLock(at);
        row = failure.RatioOnly
            ? default
            : (_consecutive ??= new()).Add_NeedsLock(permit, at, failure.TimedOut, Terms.Options.FailureThreshold, _window);
        var totals = _window.Sum_NeedsLock(permit.StartedAt, at);
        NoteRatio_NeedsLock(totals, at);
        return TripRules.AfterFailure(Terms.Options, totals, row, Pending_NeedsLock(row, at, failure.TimedOut), failure);
    }

    /// <summary>
    /// If another failure is in the window, so are all results that came after it: the share was not lower in between.
    /// </summary>
    private void NoteRatio_NeedsLock(WindowTotals totals, long at) =>
        _ratioReachedAt = totals.Failures > 1 && TripRules.IsRatioReached(Terms.Options, totals) ? _ratioReachedAt ?? at : null;

    /// <summary>
    /// How many other attempts are in flight that may still be answered. After a timeout, or if the row or the share of failures has lasted
    /// for the sampling window, they have had their time. A few answers end each row, and a 429 is in none: then the share decides.
    /// </summary>
    private long Pending_NeedsLock(in FailureRow row, long at, bool timedOut) =>
        timedOut || HasLasted(row.Count > 0 ? row.BeganAt : null, at) || HasLasted(_ratioReachedAt, at)
            ? 0
            : Math.Max(0, Terms.Traffic.InFlight - 1);

    private bool HasLasted(long? since, long at) =>
        since is { } began && Terms.Clock.GetElapsedTime(began, at) >= Terms.Options.SamplingWindow;

    private sealed record Look(ResultWindow Window, SuccessMark Mark);
}
