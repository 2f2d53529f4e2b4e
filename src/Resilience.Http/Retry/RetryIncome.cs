namespace Resilience.Http.Retry;

/// <summary>
/// What retries are paid from while there are signs of load: the recent part of what the budget earned. It holds so little that savings
/// cannot be spent on a service that has too much to do.
/// </summary>
/// <remarks>
/// Lock-free. The flow over time is a least rate here, and comes not in addition to what the successes pay: only what it exceeds that by,
/// since the last retry, is added. The thread that moves <see cref="_lastTake"/> adds it; the others would add it twice. Mutable: keep it
/// in a field, never copy it.
/// </remarks>
internal struct RetryIncome(TimeProvider clock, HttpRetryBudgetOptions initially)
{
    /// <summary>The most it holds, in retries: a call can make all of its usual three, and a second one can make some.</summary>
    private const int Most = 4;

    /// <summary>
    /// What a success pays in, of <see cref="HttpRetryBudgetOptions.Ratio"/>: a shed request costs the service work, too.
    /// </summary>
    private const double Share = 0.8;

    private RetryTokens _tokens = new(Capacity(initially));
    private long _lastTake = clock.GetTimestamp();

    /// <summary>Pays in for a success. Writes nothing if it is full, as it is while all goes well.</summary>
    public void Deposit(HttpRetryBudgetOptions options)
    {
        if (_tokens.Amount < Capacity(options))
        {
            _tokens.Add((long)(options.Ratio * Share * RetryTokens.One), Capacity(options));
        }
    }

    public bool TryTake(HttpRetryBudgetOptions options)
    {
        var last = Volatile.Read(ref _lastTake);
        var now = clock.GetTimestamp();
        var flow = RetryBudget.Flow(options, clock, last, now, Capacity(options));
        var missing = flow - _tokens.Amount;
        if (flow >= RetryTokens.One && missing > 0 && Interlocked.CompareExchange(ref _lastTake, now, last) == last)
        {
            _tokens.Add(missing, Capacity(options));
        }

        if (!_tokens.TryTake(Capacity(options)))
        {
            return false;
        }

        Interlocked.CompareExchange(ref _lastTake, now, last); // If another thread has moved it, it is as new as this.
        return true;
    }

    public void GiveBack(HttpRetryBudgetOptions options) => _tokens.Add(RetryTokens.One, Capacity(options));

    private static long Capacity(HttpRetryBudgetOptions options) => Math.Min(Most, options.Capacity) * RetryTokens.One;
}
