namespace Resilience.Http.Hedging;

/// <summary>
/// Bounds the extra load: each call adds the share that <see cref="HttpHedgingOptions.MaxExtraLoad"/> allows, each hedge takes one. It
/// starts full.
/// </summary>
internal sealed class HedgeBudget
{
    private const long One = 1_000_000_000;
    private const long Capacity = 10 * One;

    private long _amount = Capacity;

    /// <summary>How many hedges it holds.</summary>
    public double Available => Volatile.Read(ref _amount) / (double)One;

    /// <summary>Adds a call's share. Writes nothing if the budget is full.</summary>
    public void Deposit(double share)
    {
        var added = (long)(share * One);
        var before = Volatile.Read(ref _amount);
        while (before < Capacity)
        {
            var seen = Interlocked.CompareExchange(ref _amount, Math.Min(before + added, Capacity), before);
            if (seen == before)
            {
                return;
            }

            before = seen;
        }
    }

    /// <summary>Takes one hedge if there is one.</summary>
    public bool TryTake()
    {
        var before = Volatile.Read(ref _amount);
        while (before >= One)
        {
            var seen = Interlocked.CompareExchange(ref _amount, before - One, before);
            if (seen == before)
            {
                return true;
            }

            before = seen;
        }

        return false;
    }

    /// <summary>Gives back what was taken for a hedge that is not sent.</summary>
    public void GiveBack() => Deposit(1);
}
