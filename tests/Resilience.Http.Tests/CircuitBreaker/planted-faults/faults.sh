# Each fault: a name, the tests that must catch it, a file of src/Resilience.Http/CircuitBreaker, and the text that is replaced.
# The first group must be caught by the model test, the others, which need two threads, by the races and by the tests of the threads' rows.

model=CircuitModelTests
races=CircuitBreaker.Races
rows=PerThreadTests

fault late-results-count $model Circuit.cs \
    'if (ReferenceEquals(_period, permit.Period) && _period.Conclude_NeedsLock' \
    'if (permit.Period.Conclude_NeedsLock'

fault a-cancelled-trial-counts-as-success $model Circuit.cs \
    'trying.GiveBack_NeedsLock(trial);' \
    'if (ReferenceEquals(_period, trying) && trying.Conclude_NeedsLock(permit, 0, failure: null) is { } next) Enter_NeedsLock(next);'

fault a-cancelled-trial-keeps-its-place $model Circuit.cs \
    'trying.GiveBack_NeedsLock(trial);' \
    ''

fault a-hung-trial-keeps-its-place-for-ever $model HalfOpenPeriod.cs \
    'now <= trial.LeaseEndsAt' \
    'now <= Timestamps.Never'

fault a-break-ends-a-tick-late $model BlockedPeriod.cs \
    'Elapse_NeedsLock(long now) => now < _endsAt' \
    'Elapse_NeedsLock(long now) => now <= _endsAt'

fault the-threshold-is-one-too-high $model OpeningRules.cs \
    'consecutive >= options.FailureThreshold' \
    'consecutive > options.FailureThreshold'

fault the-ratio-must-be-exceeded $model OpeningRules.cs \
    'window.FailureRatio >= options.FailureRatio' \
    'window.FailureRatio > options.FailureRatio'

fault every-failure-of-a-burst-counts $model ClosedPeriod.cs \
    '!failure.TimedOut && OpeningRules.HoldsEnough(Terms.Options, window)' \
    'false'

fault timeouts-of-a-burst-count-once $model ClosedPeriod.cs \
    '!failure.TimedOut && OpeningRules.HoldsEnough(Terms.Options, window)' \
    'OpeningRules.HoldsEnough(Terms.Options, window)'

fault being-throttled-lengthens-the-row $model ClosedPeriod.cs \
    'var row = failure.Throttled' \
    'var row = failure.Text.Length == 0'

fault a-throttled-trial-doubles-the-break $model HalfOpenPeriod.cs \
    'asked.RetryAfter, new(Math.Max(1, Memory.Breaks), asked.Text)' \
    'asked.RetryAfter, new(Memory.Breaks + 1, asked.Text)'

fault a-failed-trial-does-not-double-the-break $model HalfOpenPeriod.cs \
    'failed.RetryAfter, new(Memory.Breaks + 1, failed.Text)' \
    'failed.RetryAfter, Memory with { LastFailure = failed.Text }'

fault the-first-break-is-a-doubled-one $model ClosedPeriod.cs \
    'Memory with { Breaks = 1 }' \
    'Memory with { Breaks = 2 }'

fault a-success-does-not-end-the-row $model ClosedPeriod.cs \
    '        _consecutive.Reset();' \
    ''

fault the-window-keeps-an-eleventh-bucket $model ResultWindow.cs \
    'current - number < Buckets ?' \
    'current - number <= Buckets ?'

fault retry-after-is-not-heeded $model BreakLength.cs \
    'retryAfter is { } asked ?' \
    'retryAfter is { } asked && asked < TimeSpan.Zero ?'

fault one-trial-too-many $model HalfOpenPeriod.cs \
    '_trials.Count >= Terms.Options.HalfOpenMaxCalls' \
    '_trials.Count > Terms.Options.HalfOpenMaxCalls'

fault resetting-a-closed-circuit-keeps-its-window $model Circuit.cs \
    'Enter_NeedsLock(new ClosedPeriod(_terms, "reset by hand", lastFailure: null));' \
    'if (_period is not ClosedPeriod) Enter_NeedsLock(new ClosedPeriod(_terms, "reset by hand", lastFailure: null));'

fault successes-are-counted-without-compare-exchange $races ResultWindow.cs \
    'var before = Interlocked.CompareExchange(ref cell, next, seen);' \
    'var before = seen; cell = next;'

fault a-success-that-lost-the-race-is-not-counted-again $races ResultWindow.cs \
    'if (before == seen)' \
    'if (before != seen)'

fault threads-share-a-row $rows PerThread.cs \
    'if (place?.Owner == thread)' \
    'if (place is not null)'

fault rows-are-taken-from-living-threads $rows PerThread.cs \
    'if (!IsTaken(place))' \
    'if (place.Owner is not null)'

fault rows-are-given-without-the-lock $rows PerThread.cs \
    '        lock (Assigning)
        {' \
    '        {'

fault rows-are-lost-when-there-is-no-room $rows PerThread.cs \
    'places[PlaceOf(place.Owner, places)] = place;' \
    'places[0] = place;'

fault what-was-counted-before-it-was-busy-is-forgotten $races ResultWindow.cs \
    'var successes = Sum(_sharedSuccesses, current);' \
    'var successes = 0L;'

fault a-circuit-is-retired-without-a-fence $races CircuitTraffic.cs \
    'Interlocked.MemoryBarrierProcessWide();' \
    ''

fault the-row-is-lengthened-without-an-atomic-step $races ConsecutiveFailures.cs \
    'return Interlocked.Increment(ref _count);' \
    'var count = _count; return _count = count + 1;'

fault the-row-is-read-again-after-it-was-lengthened $races ConsecutiveFailures.cs \
    'return Interlocked.Increment(ref _count);' \
    'Interlocked.Increment(ref _count); return Count;'

fault permits-are-taken-without-the-lock $races Circuit.cs \
    '        Admission admission;
        lock (_gate)' \
    '        Admission admission;'

fault results-are-counted-without-the-lock $races Circuit.cs \
    '        lock (_gate)
        {
            var inTime' \
    '        {
            var inTime'

fault a-permit-is-out-before-it-is-looked-at-again $races Circuit.cs \
    'if (ReferenceEquals(_period, closed))' \
    'if (closed is not null)'

fault transitions-are-told-by-whoever-comes $races TransitionTeller.cs \
    '            if (!_telling)' \
    '            if (_untold.Count > 0)'

fault circuits-are-made-without-the-lock $races ServiceCircuits.cs \
    '            lock (_gate)
            {
                circuit = FindOrMake_NeedsLock(authority, steered: false, out kept);
            }' \
    '            circuit = FindOrMake_NeedsLock(authority, steered: false, out kept);'
