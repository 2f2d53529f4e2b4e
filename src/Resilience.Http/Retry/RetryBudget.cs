using Resilience.Http.Pipeline;

namespace Resilience.Http.Retry;

/// <summary>
/// What a service may spend on retries. Calls that succeed pay in, a little flows in over time, each retry takes one out and gives it back
/// if it succeeds. So failed retries never exceed the share of the successes that <see cref="HttpRetryBudgetOptions.Ratio"/> allows, plus
/// what was saved: in an outage, when nothing succeeds, retries dry up, while a retry that reaches another backend is free. Shared by all
/// authorities of the service.
/// </summary>
/// <remarks>
/// Lock-free. The stored amount leaves out what has flowed in since <see cref="_flowedUntil"/>: that is added when a retry is taken or the
/// amount is read. Between two takes the true amount only grows towards the capacity, so capping it late has the same effect.
/// </remarks>
internal sealed class RetryBudget(TimeProvider clock, HttpRetryBudgetOptions initially)
{
    private const int AtStart = 10;

    /// <summary>How many timeouts without a success in between are a sign of load: one may be a single slow backend.</summary>
    private const int Row = 2;

    /// <summary>
    /// A 503 may come from one bad backend, or from a service that sheds load. It is taken for load once more than one in ten results is a
    /// 503 or a 429: each adds 9 points, each success takes 1 off, and 100 points are about a dozen answers.
    /// </summary>
    private const int PointsOfShedding = 9;
    private const int PointsOfLoad = 100;

    /// <summary>
    /// What a success pays in meanwhile, of <see cref="HttpRetryBudgetOptions.Ratio"/>: a shed request costs the service work, too.
    /// </summary>
    private const double ShareUnderLoad = 0.8;

    /// <summary>
    /// One retry in the unit of the amount: small enough for any ratio, and 100,000 retries still are far from the end of a long.
    /// </summary>
    private const long One = 1_000_000_000;

    private long _amount = Math.Min(AtStart, initially.Capacity) * One;
    private long _flowedUntil = clock.GetTimestamp();
    private int _timeoutsInRow;
    private int _sheddingPoints;

    public static RetryBudget GetOrCreate(ServiceState service) =>
        service.GetOrCreate(static service => new RetryBudget(service.Host.Clock, service.Options.Retry.Budget));

    private bool IsShedding => Volatile.Read(ref _sheddingPoints) >= PointsOfLoad;

    /// <summary>How many retries it holds now.</summary>
    public double Available(HttpRetryBudgetOptions options) =>
        Math.Min(
            Capacity(options),
            Volatile.Read(ref _amount) + Flow(options, Volatile.Read(ref _flowedUntil), clock.GetTimestamp())) / (double)One;

    /// <summary>A call succeeded at its first attempt.</summary>
    public void Succeeded(HttpRetryBudgetOptions options)
    {
        NoteSuccess();
        Deposit(options);
    }

    /// <summary>A retry succeeded: it gives back what it took, and its call pays in, unless there are signs of load.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="askedForLess">Whether the service asked this call for less: a 429, or a Retry-After.</param>
    /// <param name="wasUnavailable">Whether an attempt of this call was answered 503.</param>
    public void RetrySucceeded(HttpRetryBudgetOptions options, bool askedForLess, bool wasUnavailable)
    {
        var underLoad = askedForLess
            || Volatile.Read(ref _timeoutsInRow) >= Row
            || (wasUnavailable && IsShedding);
        NoteSuccess();
        if (!underLoad)
        {
            GiveBack(options);
            Deposit(options);
        }
    }

    /// <summary>An attempt timed out after it may have been sent.</summary>
    public void TimedOut() => Interlocked.Increment(ref _timeoutsInRow);

    /// <summary>An attempt was answered 503 or 429, or with another failure that has a Retry-After.</summary>
    public void Shed()
    {
        if (Volatile.Read(ref _sheddingPoints) < 2 * PointsOfLoad)
        {
            Interlocked.Add(ref _sheddingPoints, PointsOfShedding);
        }
    }

    /// <summary>Pays in for a success. Writes nothing if the budget is full, as it is while all goes well.</summary>
    public void Deposit(HttpRetryBudgetOptions options)
    {
        if (Volatile.Read(ref _amount) < Capacity(options))
        {
            Add((long)(options.Ratio * (IsShedding ? ShareUnderLoad : 1) * One), Capacity(options));
        }
    }

    /// <summary>Takes one retry if the budget holds one.</summary>
    public bool TryTake(HttpRetryBudgetOptions options)
    {
        Refill(options);
        var amount = Volatile.Read(ref _amount);
        while (amount >= One)
        {
            var seen = Interlocked.CompareExchange(ref _amount, Math.Min(amount, Capacity(options)) - One, amount);
            if (seen == amount)
            {
                return true;
            }

            amount = seen;
        }

        return false;
    }

    /// <summary>Gives back what was taken for a retry that was not sent, or that succeeded.</summary>
    public void GiveBack(HttpRetryBudgetOptions options) => Add(One, Capacity(options));

    /// <summary>Writes only if there is something to end, since all processors share this line.</summary>
    private void NoteSuccess()
    {
        if (Volatile.Read(ref _timeoutsInRow) != 0)
        {
            Volatile.Write(ref _timeoutsInRow, 0);
        }

        if (Volatile.Read(ref _sheddingPoints) > 0)
        {
            Interlocked.Decrement(ref _sheddingPoints); // Two at once may take it below zero by one, which changes nothing.
        }
    }

    private static long Capacity(HttpRetryBudgetOptions options) => options.Capacity * One;

    private void Refill(HttpRetryBudgetOptions options)
    {
        var since = Volatile.Read(ref _flowedUntil);
        var now = clock.GetTimestamp();
        var flow = Flow(options, since, now);

        // The thread that moves the mark adds the flow up to it; the others would add it twice. If nothing flows, the mark moves all the
        // same: if a reload lets something flow later, the time before must not count.
        if ((flow > 0 || options.MinRetriesPerSecond == 0) && Interlocked.CompareExchange(ref _flowedUntil, now, since) == since)
        {
            Add(flow, Capacity(options));
        }
    }

    private long Flow(HttpRetryBudgetOptions options, long since, long now) =>
        now <= since ? 0 : (long)Math.Min(Capacity(options), options.MinRetriesPerSecond * One * (now - since) / clock.TimestampFrequency);

    private void Add(long amount, long capacity)
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
}
