# Each fault: a name, the tests that must catch it, a file of src/Resilience.Http/CircuitBreaker, and the text that is replaced.
# The first group must be caught by the model test, the others, which need two threads, by the races and by the tests of the counter.

model=CircuitModelTests
races=CircuitBreaker.Races
counter=InFlightCounterTests

fault late-results-count $model Circuit.cs \
    'if (ReferenceEquals(_period, permit.Period) && _period.Conclude_NeedsLock' \
    'if (permit.Period.Conclude_NeedsLock'

fault a-cancelled-trial-counts-as-success $model Circuit.cs \
    '_period.GiveBack_NeedsLock(trial, now)' \
    '_period.Conclude_NeedsLock(permit, now, failure: null)'

fault a-cancelled-trial-keeps-its-place $model HalfOpenState.cs \
    '_trials.Remove(trial) ? AfterTrial_NeedsLock(at) : null' \
    'null'

fault a-hung-trial-keeps-its-place-for-ever $model HalfOpenState.cs \
    'now > trial.LeaseEndsAt' \
    'now > Timestamps.Never - 1'

fault a-break-ends-a-tick-late $model OpenState.cs \
    'if (now < _endsAt)' \
    'if (now <= _endsAt)'

fault the-threshold-is-one-too-high $model TripRules.cs \
    'row.Count >= options.FailureThreshold' \
    'row.Count > options.FailureThreshold'

fault the-ratio-must-be-exceeded $model TripRules.cs \
    'window.FailureRatio >= options.FailureRatio' \
    'window.FailureRatio > options.FailureRatio'

fault every-failure-of-a-burst-counts $model ConsecutiveFailures.cs \
    'if (!timedOut && permit.KnownFailures != _known)' \
    'if (permit.KnownFailures < 0)'

fault timeouts-of-a-burst-count-once $model ConsecutiveFailures.cs \
    'if (!timedOut && permit.KnownFailures != _known)' \
    'if (permit.KnownFailures != _known)'

fault a-failure-counts-though-a-later-attempt-succeeded $model ConsecutiveFailures.cs \
    'if (permit.Order < newest)' \
    'if (permit.Order < 0)'

fault a-success-ends-what-began-after-it-too $model ConsecutiveFailures.cs \
    'began.Order < newestSuccess' \
    'newestSuccess > long.MinValue'

fault answers-within-a-row-are-not-weighed $model TripRules.cs \
    'row.Count >= FailuresPerAnswer * row.Answered' \
    'row.Count >= 0'

fault attempts-in-flight-do-not-weigh-in-the-row $model TripRules.cs \
    'row.Failures >= FailuresPerAnswer * pending' \
    'row.Failures >= 0'

fault attempts-in-flight-do-not-weigh-in-the-share $model TripRules.cs \
    'window.FailureRatioWith(pending)' \
    'window.FailureRatio'

fault attempts-in-flight-weigh-after-a-timeout-too $model ClosedState.cs \
    'timedOut || HasLasted(row' \
    'HasLasted(row'

fault attempts-in-flight-weigh-however-old-the-row $model ClosedState.cs \
    'HasLasted(row.Count > 0 ? row.BeganAt : null, at) || ' \
    ''

fault attempts-in-flight-weigh-however-long-the-share-lasts $model ClosedState.cs \
    ' || HasLasted(_ratioReachedAt, at)' \
    ''

fault the-share-of-an-earlier-burst-lasts-until-the-next $model ClosedState.cs \
    'totals.Failures > 1 && TripRules' \
    'TripRules'

fault a-row-by-chance-opens $model TripRules.cs \
    '&& !IsChance(options, window, row)' \
    ''

fault a-long-attempt-is-weighed-with-the-plain-window $model ResultWindow.cs \
    'Buckets + current - Math.Min(current, _timeline.NumberAt(startedAt))' \
    'Buckets'

fault being-throttled-lengthens-the-row $model ClosedState.cs \
    'row = failure.RatioOnly' \
    'row = failure.Text.Length == 0'

fault a-throttled-trial-lengthens-the-break $model HalfOpenState.cs \
    '_successes > 0 || _throttled ?' \
    '_successes > 0 ?'

fault a-trial-that-succeeded-does-not-keep-the-length $model HalfOpenState.cs \
    '_successes > 0 || _throttled ?' \
    '_throttled ?'

fault failed-trials-do-not-lengthen-the-break $model HalfOpenState.cs \
    ': Memory.Breaks + 1;' \
    ': Math.Max(1, Memory.Breaks);'

fault half-of-the-trials-are-a-majority $model HalfOpenState.cs \
    '_successes > _quota / 2' \
    '_successes >= _quota / 2'

fault trials-without-a-verdict-are-replaced-for-ever $model HalfOpenState.cs \
    ' || _sends >= 2 * _quota;' \
    ';'

fault the-first-break-is-a-doubled-one $model ClosedState.cs \
    'with { Breaks = 1, ' \
    'with { Breaks = 2, '

fault a-success-does-not-end-the-row $model ClosedState.cs \
    '_window.AddSuccess(permit.Order, at)' \
    '_window.AddSuccess(long.MinValue, at)'

fault the-window-keeps-an-eleventh-bucket $model ResultWindow.cs \
    'last - buckets + 1;' \
    'last - buckets;'

fault retry-after-is-not-heeded $model BreakDuration.cs \
    'retryAfter is { } asked' \
    'retryAfter is { } asked && asked < TimeSpan.Zero'

fault one-trial-too-many $model HalfOpenState.cs \
    '_successes + _failures >= _quota' \
    '_successes + _failures > _quota'

fault resetting-a-closed-circuit-keeps-its-window $model Circuit.cs \
    'Enter_NeedsLock(new ClosedState(this, now, "reset by hand", lastFailure: null));' \
    'if (_period is not ClosedState) Enter_NeedsLock(new ClosedState(this, now, "reset by hand", lastFailure: null));'

fault successes-are-counted-without-compare-exchange $races AtomicCells.cs \
    'var before = Interlocked.CompareExchange(ref cell, counts + (added << shift), seen);' \
    'var before = seen; cell = counts + (added << shift);'

fault a-success-that-lost-the-race-is-not-counted-again $races AtomicCells.cs \
    'if (before == seen)' \
    'if (before != seen)'

fault what-was-counted-before-it-was-busy-is-forgotten $races ResultWindow.cs \
    '_quiet.Sum(first, last) + (_busy?.Sum(first, last) ?? 0)' \
    '_busy?.Sum(first, last) ?? _quiet.Sum(first, last)'

fault permits-of-a-busy-circuit-are-counted-without-an-atomic-step $races InFlightCounter.cs \
    'Interlocked.Increment(ref stripes.Mine[EnteredCell]);' \
    'stripes.Mine[EnteredCell]++;'

fault what-has-entered-is-read-before-what-has-left $counter InFlightCounter.cs \
    'var left = Sum(ref _sharedLeft, LeftCell);
            return Sum(ref _sharedEntered, EnteredCell) - left;' \
    'var entered = Sum(ref _sharedEntered, EnteredCell);
            return entered - Sum(ref _sharedLeft, LeftCell);'

fault an-older-success-replaces-the-newest $races AtomicCells.cs \
    'while (seen < value)' \
    'while (seen != value)'

fault the-order-of-beginnings-is-given-without-an-atomic-step $counter InFlightCounter.cs \
    'var seen = Interlocked.CompareExchange(ref _lastOrder, next, last);' \
    'var seen = last; _lastOrder = next;'

fault permits-are-taken-without-the-lock $races Circuit.cs \
    '        AcquireResult admission;
        lock (_gate)' \
    '        AcquireResult admission;'

fault results-are-counted-without-the-lock $races Circuit.cs \
    '        lock (_gate)
        {
            var inTime' \
    '        {
            var inTime'

fault a-permit-is-out-before-it-is-looked-at-again $races Circuit.cs \
    'if (ReferenceEquals(_period, closed))' \
    'if (closed is not null)'

fault transitions-are-told-by-whoever-comes $races TransitionQueue.cs \
    '            if (!_telling)' \
    '            if (_untold.Count > 0)'

fault circuits-are-made-without-the-lock $races ServiceCircuits.cs \
    '            lock (_gate)
            {
                circuit = FindOrMake_NeedsLock(authority, steered: false, out kept);
            }' \
    '            circuit = FindOrMake_NeedsLock(authority, steered: false, out kept);'
