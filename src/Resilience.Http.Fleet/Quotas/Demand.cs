namespace Resilience.Http.Fleet.Quotas;

/// <summary>How many permits a replica used lately, as a mean over about half a second.</summary>
internal sealed class Demand(TimeProvider clock)
{
    private static readonly TimeSpan Memory = TimeSpan.FromMilliseconds(500);

    private long? _seenAt;
    private long _taken;
    private double _perSecond;

    /// <summary>Takes in how many permits were ever taken.</summary>
    public void Observe(long taken)
    {
        var now = clock.GetTimestamp();
        var elapsed = clock.GetElapsedTime(_seenAt ?? now, now).TotalSeconds;
        if (elapsed > 0)
        {
            var kept = Math.Exp(-elapsed / Memory.TotalSeconds);
            _perSecond = (_perSecond * kept) + ((1 - kept) * (taken - _taken) / elapsed);
        }

        (_seenAt, _taken) = (now, taken);
    }

    /// <summary>
    /// What is used in a window, and half as much again as it usually differs. If that is less than one it is none: a permit that is taken
    /// ahead and not used is lost for all.
    /// </summary>
    public int In(int windowLength)
    {
        var mean = _perSecond * windowLength / 1000;
        return mean < 1 ? 0 : (int)Math.Min(mean + (Math.Sqrt(mean) / 2), int.MaxValue);
    }
}
