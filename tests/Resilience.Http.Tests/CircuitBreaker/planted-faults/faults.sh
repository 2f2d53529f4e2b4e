# Each fault: a name, the tests that must catch it, a file of src/Resilience.Http/CircuitBreaker, and the text that is replaced.
# The first group must be caught by the model test, the second, which needs two threads, by the races.

model=CircuitModelTests
races=CircuitRaceTests

fault late-results-count $model Circuit.cs \
    '            if (ReferenceEquals(_period, permit.Period))' \
    '            if (permit.Period is ClosedPeriod || ReferenceEquals(_period, permit.Period))'

fault a-cancelled-trial-counts-as-success $model Circuit.cs \
    '                trying.End_NeedsLock(trial);
            }' \
    '                trying.End_NeedsLock(trial);
                if (ReferenceEquals(_period, trying) && trying.Succeed_NeedsLock() >= _options.HalfOpenMaxCalls) Close_NeedsLock("cancelled");
            }'

fault a-cancelled-trial-keeps-its-place $model Circuit.cs \
    '                trying.End_NeedsLock(trial);
            }' \
    '            }'

fault a-hung-trial-keeps-its-place-for-ever $model Circuit.cs \
    'now > trial.LeaseEndsAt' \
    'now > Timestamps.Never'

fault a-break-ends-a-tick-late $model Circuit.cs \
    'when now >= blocked.EndsAt' \
    'when now > blocked.EndsAt'

fault the-threshold-is-one-too-high $model OpeningRules.cs \
    'consecutive >= options.FailureThreshold' \
    'consecutive > options.FailureThreshold'

fault the-ratio-must-be-exceeded $model OpeningRules.cs \
    'window.FailureRatio >= options.FailureRatio' \
    'window.FailureRatio > options.FailureRatio'

fault every-failure-of-a-burst-counts $model Circuit.cs \
    '!failed.TimedOut && OpeningRules.HoldsEnough(_options, window)' \
    'false'

fault timeouts-of-a-burst-count-once $model Circuit.cs \
    '!failed.TimedOut && OpeningRules.HoldsEnough(_options, window)' \
    'OpeningRules.HoldsEnough(_options, window)'

fault being-throttled-lengthens-the-row $model Circuit.cs \
    'var row = failed.Throttled' \
    'var row = failed.Text.Length == 0'

fault a-throttled-trial-doubles-the-break $model Circuit.cs \
    'failed.RetryAfter, Math.Max(0, _breaks - 1));' \
    'failed.RetryAfter, _breaks++);'

fault a-close-does-not-reset-the-break $model Circuit.cs \
    '        _breaks = 0;' \
    ''

fault a-success-does-not-end-the-row $model Circuit.cs \
    '            closed.Consecutive.Reset();' \
    ''

fault the-window-keeps-an-eleventh-bucket $model ResultWindow.cs \
    'current - number < Buckets ?' \
    'current - number <= Buckets ?'

fault retry-after-is-not-heeded $model BreakLength.cs \
    'retryAfter is { } asked ?' \
    'retryAfter is { } asked && asked < TimeSpan.Zero ?'

fault one-trial-too-many $model HalfOpenPeriod.cs \
    '_trials.Count >= options.HalfOpenMaxCalls' \
    '_trials.Count > options.HalfOpenMaxCalls'

fault resetting-a-closed-circuit-keeps-its-window $model Circuit.cs \
    '            Close_NeedsLock("reset by hand");' \
    '            if (_period is not ClosedPeriod) Close_NeedsLock("reset by hand");'

fault successes-are-counted-without-compare-exchange $races ResultWindow.cs \
    'var before = Interlocked.CompareExchange(ref cell, next, seen);' \
    'var before = seen; cell = next;'

fault the-row-is-lengthened-without-an-atomic-step $races ConsecutiveFailures.cs \
    'return Interlocked.Increment(ref _count);' \
    'var count = _count; return _count = count + 1;'

fault the-row-is-read-again-after-it-was-lengthened $races ConsecutiveFailures.cs \
    'return Interlocked.Increment(ref _count);' \
    'Interlocked.Increment(ref _count); return Count;'

fault permits-are-taken-without-the-lock $races Circuit.cs \
    '        lock (_gate)
        {
            admission = Acquire_NeedsLock(now, attemptLimit, out permit, out refusal);
        }' \
    '        admission = Acquire_NeedsLock(now, attemptLimit, out permit, out refusal);'

fault results-are-counted-without-the-lock $races Circuit.cs \
    '        lock (_gate)
        {
            var current' \
    '        {
            var current'

fault a-permit-is-out-before-it-is-looked-at-again $races Circuit.cs \
    'if (ReferenceEquals(_period, closed))' \
    'if (closed is not null)'

fault transitions-are-told-by-whoever-comes $races TransitionTeller.cs \
    '            if (!_telling)' \
    '            if (_untold.Count > 0)'

fault circuits-are-made-without-the-lock $races ServiceCircuits.cs \
    '            lock (_gate)
            {
                circuit = FindOrMake_NeedsLock(authority);
            }' \
    '            circuit = FindOrMake_NeedsLock(authority);'
