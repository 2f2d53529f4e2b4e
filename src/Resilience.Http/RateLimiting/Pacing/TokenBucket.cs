using Resilience.Http.Requests;

namespace Resilience.Http.RateLimiting.Pacing;

/// <summary>
/// A bucket that starts full: in any time t at most <c>Burst + Permits * t / Per</c> tokens are taken. The limiters of
/// System.Threading.RateLimiting read the clock of the machine and so cannot be tested in virtual time; this one counts in the timestamps
/// of the injected clock.
/// </summary>
/// <remarks>
/// Exact, in whole numbers: each timestamp that passes adds <c>Permits</c> to the credit, and a token costs the length of a period. A day
/// in nanoseconds times a million tokens needs more than 64 bits.
/// </remarks>
internal sealed class TokenBucket(TokenRate rate, long now) : IPace
{
    private TokenRate _rate = rate;
    private Int128 _credit = Capacity(rate);
    private long _filledAt = now;

    /// <summary>Whether the bucket is full, so that a new one would be no different.</summary>
    public bool IsFull(long now)
    {
        Fill(now);
        return _credit == Capacity(_rate);
    }

    /// <summary>How much of the burst is used up, in whole tokens: 0 is nothing, 1 is all.</summary>
    public double UtilizationAt(long now)
    {
        Fill(now);
        return _rate.Period == 0 ? 0 : 1 - ((double)(_credit / _rate.Period) / _rate.Burst);
    }

    public long SlotAt(long now, int ahead)
    {
        Fill(now);
        var missing = ((Int128)ahead + 1) * _rate.Period - _credit;
        if (missing <= 0)
        {
            return now;
        }

        var slot = now + (missing + _rate.Permits - 1) / _rate.Permits;
        return slot >= Timestamps.Never ? Timestamps.Never : (long)slot;
    }

    public void Take(long now)
    {
        Fill(now);
        _credit -= _rate.Period;
    }

    public void GiveBack(long now, long takenAt)
    {
        Fill(now);
        _credit = Int128.Min(_credit + _rate.Period, Capacity(_rate));
    }

    /// <summary>Changes the rate from now on. The tokens that the bucket holds stay, as far as they fit.</summary>
    public void Change(TokenRate rate, long now)
    {
        Fill(now);
        _credit = _rate.Period == 0 ? Capacity(rate) : Int128.Min(_credit * rate.Period / _rate.Period, Capacity(rate));
        _rate = rate;
    }

    private static Int128 Capacity(TokenRate rate) => (Int128)rate.Burst * rate.Period;

    /// <summary>A clock that was set back adds nothing, and the time after that counts again.</summary>
    private void Fill(long now)
    {
        if (now > _filledAt)
        {
            _credit = Int128.Min(_credit + (Int128)(now - _filledAt) * _rate.Permits, Capacity(_rate));
        }

        _filledAt = now;
    }
}
