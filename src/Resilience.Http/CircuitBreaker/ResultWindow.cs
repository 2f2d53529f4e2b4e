namespace Resilience.Http.CircuitBreaker;

/// <summary>
/// The results of the last sampling window, in ten buckets of a tenth. Successes are counted without a lock, in a row per processor;
/// failures and slow results, which are rare, under the circuit's lock. Only these ask for the sum.
/// </summary>
internal sealed class ResultWindow(TimeProvider clock, TimeSpan length)
{
    private const int Buckets = 10;

    private readonly long _width = clock.After(0, length / Buckets);

    // A cell holds a bucket's number above and its count below, so that both change in one step. The number is cut to 32 bits: at the
    // shortest window, 100 ms, it comes round after 497 days. The count has room for 500,000 results a second through the longest.
    private readonly long[] _successes = Stripes.Create();
    private readonly Troubles[] _troubles = new Troubles[Buckets];

    public TimeSpan Length { get; } = length;

    public void AddSuccess(long at) => AddSuccesses(at, 1);

    public void AddFailure_NeedsLock(long at) => TroublesAt_NeedsLock(at).Failures++;

    public void AddSlow_NeedsLock(long at) => TroublesAt_NeedsLock(at).Slow++;

    public WindowTotals Sum_NeedsLock(long now)
    {
        var current = now / _width;
        long successes = 0, failures = 0, slow = 0;
        for (var cell = 0; cell < _successes.Length; cell++)
        {
            successes += Live(cell, current).Count;
        }

        foreach (ref readonly var bucket in _troubles.AsSpan())
        {
            if (current - bucket.Number < Buckets)
            {
                failures += bucket.Failures;
                slow += bucket.Slow;
            }
        }

        return new(successes, failures, slow);
    }

    /// <summary>The same results in a window of another length; each bucket's results count from the bucket's start.</summary>
    public ResultWindow Resized_NeedsLock(TimeSpan length, long now)
    {
        var other = new ResultWindow(clock, length);
        var current = now / _width;
        for (var cell = 0; cell < _successes.Length; cell++)
        {
            var (number, count) = Live(cell, current);
            if (count > 0)
            {
                other.AddSuccesses(number * _width, count);
            }
        }

        foreach (ref readonly var bucket in _troubles.AsSpan())
        {
            if (current - bucket.Number < Buckets)
            {
                ref var place = ref other.TroublesAt_NeedsLock(bucket.Number * _width);
                place.Failures += bucket.Failures;
                place.Slow += bucket.Slow;
            }
        }

        return other;
    }

    private void AddSuccesses(long at, uint count)
    {
        var bucket = at / _width;
        ref var cell = ref _successes[Stripes.Here + (int)(bucket % Buckets)];
        var seen = Volatile.Read(ref cell);
        while (true)
        {
            var age = (int)bucket - (int)(seen >> 32);
            if (age < 0)
            {
                return; // Out of the window already: this thread slept that long between reading the clock and now.
            }

            var next = age == 0 ? seen + count : ((long)(int)bucket << 32) + count;
            var before = Interlocked.CompareExchange(ref cell, next, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    /// <summary>The bucket number and the count of a cell, the count zero where it has left the window. The current number gives back the cut bits.</summary>
    private (long Number, uint Count) Live(int cell, long current)
    {
        var value = Volatile.Read(ref _successes[cell]);
        var age = (int)current - (int)(value >> 32);
        return age < Buckets ? (current - age, (uint)value) : default;
    }

    private ref Troubles TroublesAt_NeedsLock(long at)
    {
        var number = at / _width;
        ref var bucket = ref _troubles[number % Buckets];
        if (bucket.Number < number)
        {
            bucket = new() { Number = number };
        }

        return ref bucket;
    }

    private struct Troubles
    {
        public long Number;
        public int Failures;
        public int Slow;
    }
}
