using Resilience.Http.Requests;

namespace Resilience.Http.Fleet.Running;

/// <summary>
/// The store's time, as far as its last answer shows it. The answer was given at some moment between question and receipt, so each
/// conversion takes the end that does no harm. The wall clock of this machine has no part in it.
/// </summary>
internal sealed class StoreTime(TimeProvider clock)
{
    private long _now;
    private long _askedAt;
    private long _answeredAt;

    public bool IsKnown { get; private set; }

    /// <summary>Not later than the store's time really is.</summary>
    public long Now => _now + (long)clock.GetElapsedTime(_answeredAt).TotalMilliseconds;

    public void Set(long now, long askedAt)
    {
        (_now, _askedAt, _answeredAt) = (now, askedAt, clock.GetTimestamp());
        IsKnown = true;
    }

    /// <summary>The store's time that lies a span ahead.</summary>
    public long In(TimeSpan span) => Now + (long)span.TotalMilliseconds;

    /// <summary>A timestamp at which that time has surely come.</summary>
    public long NotBefore(long time) => At(_answeredAt, time);

    /// <summary>A timestamp at which that time has not yet passed.</summary>
    public long NotAfter(long time) => At(_askedAt, time);

    private long At(long timestamp, long time) => time <= _now
        ? timestamp - clock.After(0, TimeSpan.FromMilliseconds(Math.Min(_now - time, TimeSpan.MillisecondsPerHour)))
        : clock.After(timestamp, TimeSpan.FromMilliseconds(Math.Min(time - _now, 10 * TimeSpan.MillisecondsPerDay)));
}
