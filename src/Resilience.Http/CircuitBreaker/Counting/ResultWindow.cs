using Resilience.Http.Requests;

namespace Resilience.Http.CircuitBreaker.Counting;

/// <summary>
/// The results of the last sampling window, in ten buckets of a tenth. Successes are counted without a lock (<see cref="QuietCounts"/>,
/// <see cref="BusyCounts"/>); failures and slow results, which are rare, under the circuit's lock. Only these ask for the sum.
/// </summary>
/// <remarks>
/// The results of the window before are kept too, since a result that took long is judged together with what was known when its attempt
/// began: if twenty callers hang at the one bad backend of two, all of them time out ten seconds later, with no success in between.
/// </remarks>
internal sealed class ResultWindow
{
    private const int Buckets = 10;

    /// <summary>How many buckets are kept.</summary>
    public const int Kept = 2 * Buckets;

    private readonly BucketTimeline _timeline;
    private QuietCounts _quiet;
    private long _quietNewest = long.MinValue;
    private volatile BusyCounts? _busy; // Made when the circuit is busy.
    private FailureCounts? _failures; // Made when there is one.

    public ResultWindow(TimeProvider clock, TimeSpan length, long now)
    {
        var width = clock.After(0, length / Buckets);

        // A clock may begin anywhere. Bucket 0 has just left the window, so what is older than the window counts for nothing.
        _timeline = new(now - (Kept * width), width);
    }

    /// <summary>The place of the latest attempt that succeeded, in the order in which attempts began.</summary>
    public long NewestSuccess
    {
        get
        {
            var newest = Volatile.Read(ref _quietNewest);
            return _busy is { } busy ? Math.Max(newest, busy.Newest) : newest;
        }
    }

    /// <summary>Counts a success.</summary>
    /// <param name="order">The attempt's place in the order in which attempts began.</param>
    /// <param name="at">Timestamp of its end.</param>
    /// <returns>Whether the circuit is busy.</returns>
    public bool AddSuccess(long order, long at)
    {
        var number = _timeline.NumberAt(at);
        if (_busy is null && _quiet.TryAdd(number, 1))
        {
            AtomicCells.Raise(ref _quietNewest, order);
            return false;
        }

        BecomeBusy().Add(number, 1, order);
        return true;
    }

    public void AddFailure_NeedsLock(long at) => Failures_NeedsLock().Add(_timeline.NumberAt(at), failures: 1, slow: 0);

    public void AddSlow_NeedsLock(long at) => Failures_NeedsLock().Add(_timeline.NumberAt(at), failures: 0, slow: 1);

    public WindowTotals Sum_NeedsLock(long now) => Sum_NeedsLock(startedAt: now, now);

    /// <summary>
    /// The results of the time that ends now and begins a window's length before an attempt began, as far back as they are kept.
    /// </summary>
    /// <param name="startedAt">Timestamp of the attempt's start.</param>
    /// <param name="now">Timestamp of now.</param>
    public WindowTotals Sum_NeedsLock(long startedAt, long now)
    {
        var current = _timeline.NumberAt(now);
        var buckets = Math.Min(Kept, Buckets + current - Math.Min(current, _timeline.NumberAt(startedAt)));
        return Results_NeedsLock(FirstOf(buckets, current), long.MaxValue);
    }

    /// <summary>A mark from which <see cref="SuccessesSince_NeedsLock"/> counts.</summary>
    public SuccessMark Mark_NeedsLock(long now)
    {
        var current = _timeline.NumberAt(now);
        return new(current, Successes(current, long.MaxValue));
    }

    /// <summary>The successes since a mark, as far back as they are kept.</summary>
    public long SuccessesSince_NeedsLock(SuccessMark mark, long now)
    {
        var oldest = FirstOf(Kept, _timeline.NumberAt(now));
        return mark.Bucket < oldest ? Successes(oldest, long.MaxValue) : Successes(mark.Bucket, long.MaxValue) - mark.Successes;
    }

    /// <summary>The same results in a window of another length; each bucket's results count from the bucket's start.</summary>
    public ResultWindow Resized_NeedsLock(TimeProvider clock, TimeSpan length, long now)
    {
        var other = new ResultWindow(clock, length, now) { _quietNewest = NewestSuccess };
        var current = _timeline.NumberAt(now);

        // Those ahead have results of threads that read the clock after this one did.
        for (var number = FirstOf(Buckets, current); number <= current + Buckets; number++)
        {
            other.Add_NeedsLock(other._timeline.NumberAt(_timeline.StartOf(number)), Results_NeedsLock(number, number));
        }

        return other;
    }

    /// <summary>The first of so many buckets, of which the last is given.</summary>
    private static long FirstOf(long buckets, long last) => last - buckets + 1;

    /// <summary>Makes the counts of a busy circuit, unless there are some. The others stay: they hold what was counted before.</summary>
    private BusyCounts BecomeBusy()
    {
        if (_busy is { } busy)
        {
            return busy;
        }

        var made = new BusyCounts();
        return Interlocked.CompareExchange(ref _busy, made, null) ?? made;
    }

    /// <summary>Adds what another window held. An empty bucket is left out: it could begin the lap of a cell too early.</summary>
    private void Add_NeedsLock(long number, WindowTotals results)
    {
        if (results.Successes > 0 && !_quiet.TryAdd(number, results.Successes))
        {
            BecomeBusy().Add(number, results.Successes, order: long.MinValue);
        }

        if (results.Failures > 0 || results.Slow > 0)
        {
            Failures_NeedsLock().Add(number, (int)results.Failures, (int)results.Slow);
        }
    }

    private WindowTotals Results_NeedsLock(long first, long last)
    {
        var (failures, slow) = _failures?.Sum(first, last) ?? default;
        return new(Successes(first, last), failures, slow);
    }

    private long Successes(long first, long last) => _quiet.Sum(first, last) + (_busy?.Sum(first, last) ?? 0);

    private FailureCounts Failures_NeedsLock() => _failures ??= new();
}
