using Resilience.Http.Requests;

namespace Resilience.Http.Retry;

/// <summary>
/// What a service may spend on retries. Calls that succeed at once pay in, a little flows in with time, each retry takes one out; so in an
/// outage, when nothing succeeds, retries dry up whatever each single call would like. Shared by all authorities of the service.
/// </summary>
/// <remarks>
/// Free of locks. The stored amount leaves out what has flowed in since <see cref="_flowedUntil"/>: that is added when somebody takes or
/// looks. Between two takes the true amount only grows towards the capacity, so cutting it there late comes to the same.
/// </remarks>
internal sealed class RetryBudget(TimeProvider clock, HttpRetryBudgetOptions initially)
{
    private const int AtStart = 10;

    /// <summary>One retry in the unit of the amount: small enough for any ratio, and 100,000 retries still are far from the end of a long.</summary>
    private const long One = 1_000_000_000;

    private long _amount = Math.Min(AtStart, initially.Capacity) * One;
    private long _flowedUntil = clock.GetTimestamp();

    public static RetryBudget Of(ResilientService service) =>
        service.State(static service => new RetryBudget(service.Host.Clock, service.Options.Retry.Budget));

    /// <summary>How many retries it holds now.</summary>
    public double Available(HttpRetryBudgetOptions options) =>
        Math.Min(Capacity(options), Volatile.Read(ref _amount) + Flow(options, Volatile.Read(ref _flowedUntil), clock.GetTimestamp())) / (double)One;

    /// <summary>A call succeeded at its first attempt. Writes nothing where the budget is full, which it is as long as all goes well.</summary>
    public void Earn(HttpRetryBudgetOptions options)
    {
        if (Volatile.Read(ref _amount) < Capacity(options))
        {
            Add((long)(options.Ratio * One), Capacity(options));
        }
    }

    /// <summary>Takes one retry, if there is one.</summary>
    public bool TryTake(HttpRetryBudgetOptions options)
    {
        LetFlow(options);
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

    /// <summary>Gives back what was taken for a retry that did not come about.</summary>
    public void GiveBack(HttpRetryBudgetOptions options) => Add(One, Capacity(options));

    private static long Capacity(HttpRetryBudgetOptions options) => options.Capacity * One;

    private void LetFlow(HttpRetryBudgetOptions options)
    {
        var since = Volatile.Read(ref _flowedUntil);
        var now = clock.GetTimestamp();
        var flow = Flow(options, since, now);

        // Whoever moves the mark adds the flow up to it; the others would add it twice. Where nothing flows it moves all the same: should a
        // reload let something flow, that must not be paid for the time before.
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
