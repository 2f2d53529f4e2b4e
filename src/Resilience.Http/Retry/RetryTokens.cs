namespace Resilience.Http.Retry;

/// <summary>
/// An amount of retries that many threads pay into and take from, without a lock. Mutable: keep it in a field, never copy it.
/// </summary>
internal struct RetryTokens(long amount)
{
    /// <summary>One retry: small enough a unit for any ratio, and 100,000 retries still are far from the end of a long.</summary>
    public const long One = 1_000_000_000;

    private long _amount = amount;

    public readonly long Amount => Volatile.Read(in _amount);

    public void Add(long amount, long capacity)
    {
        var before = Volatile.Read(ref _amount);
        while (true)
        {
            var seen = Interlocked.CompareExchange(ref _amount, Math.Min(before + amount, capacity), before);
            if (seen == before)
            {
                return;
            }

            before = seen;
        }
    }

    /// <summary>Takes one retry if there is one.</summary>
    public bool TryTake(long capacity)
    {
        var before = Volatile.Read(ref _amount);
        while (before >= One)
        {
            var seen = Interlocked.CompareExchange(ref _amount, Math.Min(before, capacity) - One, before);
            if (seen == before)
            {
                return true;
            }

            before = seen;
        }

        return false;
    }
}
