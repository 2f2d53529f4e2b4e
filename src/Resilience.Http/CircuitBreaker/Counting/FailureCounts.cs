namespace Resilience.Http.CircuitBreaker.Counting;

/// <summary>The failures and slow results in a ring of buckets. They are rare: counted and read under the circuit's lock.</summary>
internal sealed class FailureCounts
{
    private readonly Bucket[] _ring = new Bucket[ResultWindow.Kept];

    public void Add(long number, int failures, int slow)
    {
        ref var bucket = ref _ring[(int)(number % ResultWindow.Kept)];
        if (bucket.Number < number)
        {
            bucket = new() { Number = number };
        }

        bucket.Failures += failures;
        bucket.Slow += slow;
    }

    /// <summary>The results of the buckets from one to another, both included.</summary>
    public (int Failures, int Slow) Sum(long first, long last)
    {
        var (failures, slow) = (0, 0);
        foreach (ref readonly var bucket in _ring.AsSpan())
        {
            if (bucket.Number >= first && bucket.Number <= last)
            {
                failures += bucket.Failures;
                slow += bucket.Slow;
            }
        }

        return (failures, slow);
    }

    private struct Bucket
    {
        public long Number;
        public int Failures;
        public int Slow;
    }
}
