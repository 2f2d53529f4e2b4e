using Resilience.Http.Pipeline;

namespace Resilience.Http.Retry;

/// <summary>
/// What a service may spend on retries. Calls that succeed pay in, a little flows in over time, each retry takes one out and gives it back
/// if it succeeds. So failed retries never exceed the share of the successes that <see cref="HttpRetryBudgetOptions.Ratio"/> allows, plus
/// what was saved: in an outage, when nothing succeeds, retries dry up, while a retry that reaches another backend is free. If there are
/// signs of load, a retry is also paid from <see cref="RetryIncome"/>, so that savings are left alone. Shared by all authorities of the
/// service.
/// </summary>
/// <remarks>
/// Lock-free. The stored amount leaves out what has flowed in since <see cref="_flowedUntil"/>: that is added when a retry is taken or the
/// amount is read. Between two takes the true amount only grows towards the capacity, so capping it late has the same effect.
/// </remarks>
internal sealed partial class RetryBudget(TimeProvider clock, HttpRetryBudgetOptions initially)
{
    private const int AtStart = 10;

    /// <summary>How many timeouts without a success in between are a sign of load: one may be a single slow backend.</summary>
    private const int Row = 2;

    /// <summary>
    /// A 503 may come from one bad backend, or from a service that sheds load. It is taken for load once more than one in ten results is a
    /// 503 or a 429: each adds 9 points, each success takes 1 off, and 40 points are about five answers.
    /// </summary>
    private const int PointsOfShedding = 9;
    private const int PointsOfLoad = 40;

    private RetryIncome _income = new(clock, initially);
    private RetryTokens _tokens = new(Math.Min(AtStart, initially.Capacity) * RetryTokens.One);
    private long _flowedUntil = clock.GetTimestamp();
    private int _timeoutsInRow;
    private int _sheddingPoints;

    /// <summary>Whether timeouts are in a row.</summary>
    public bool IsTimingOut => Volatile.Read(ref _timeoutsInRow) >= Row;

    /// <summary>Whether so many results are a 503 or a 429 that the service sheds load.</summary>
    public bool IsShedding => Volatile.Read(ref _sheddingPoints) >= PointsOfLoad;

    public static RetryBudget GetOrCreate(ServiceState service) =>
        service.GetOrCreate(static service => new RetryBudget(service.Host.Clock, service.Options.Retry.Budget));

    /// <summary>How many retries it holds now.</summary>
    public double Available(HttpRetryBudgetOptions options)
    {
        var flow = Flow(options, clock, Volatile.Read(ref _flowedUntil), clock.GetTimestamp(), Capacity(options));
        return Math.Min(Capacity(options), _tokens.Amount + flow) / (double)RetryTokens.One;
    }

    /// <summary>A call succeeded at its first attempt.</summary>
    public void Succeeded(HttpRetryBudgetOptions options)
    {
        NoteSuccess();
        Deposit(options);
    }

    /// <summary>A retry succeeded: it gives back what it took, and its call pays in, unless its call met signs of load.</summary>
    public void RetrySucceeded(HttpRetryBudgetOptions options, bool underLoad)
    {
        NoteSuccess();
        if (!underLoad)
        {
            GiveBack(options, underLoad: false);
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
        _income.Deposit(options);
        if (_tokens.Amount < Capacity(options))
        {
            _tokens.Add((long)(options.Ratio * RetryTokens.One), Capacity(options));
        }
    }

    /// <summary>Takes one retry if the budget holds one and, under load, if the recent income holds one too.</summary>
    public bool TryTake(HttpRetryBudgetOptions options, bool underLoad)
    {
        if (underLoad && !_income.TryTake(options))
        {
            return false;
        }

        Refill(options);
        if (_tokens.TryTake(Capacity(options)))
        {
            return true;
        }

        if (underLoad)
        {
            _income.GiveBack(options);
        }

        return false;
    }

    /// <summary>Gives back what was taken for a retry that was not sent, or that succeeded.</summary>
    public void GiveBack(HttpRetryBudgetOptions options, bool underLoad)
    {
        _tokens.Add(RetryTokens.One, Capacity(options));
        if (underLoad)
        {
            _income.GiveBack(options);
        }
    }

    /// <summary>What flows in between two timestamps.</summary>
    public static long Flow(HttpRetryBudgetOptions options, TimeProvider clock, long since, long now, long most) =>
        now <= since ? 0 : (long)Math.Min(most, options.MinRetriesPerSecond * RetryTokens.One * (now - since) / clock.TimestampFrequency);

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

    private static long Capacity(HttpRetryBudgetOptions options) => options.Capacity * RetryTokens.One;

    private void Refill(HttpRetryBudgetOptions options)
    {
        var since = Volatile.Read(ref _flowedUntil);
        var now = clock.GetTimestamp();
        var flow = Flow(options, clock, since, now, Capacity(options));

        // The thread that moves the mark adds the flow up to it; the others would add it twice. If nothing flows, the mark moves all the
        // same: if a reload lets something flow later, the time before must not count.
        if ((flow > 0 || options.MinRetriesPerSecond == 0) && Interlocked.CompareExchange(ref _flowedUntil, now, since) == since)
        {
            _tokens.Add(flow, Capacity(options));
        }
    }
}
