using Resilience.Http.Requests;

namespace Resilience.Http.Fleet.Quotas;

/// <summary>
/// Between which bounds the store's clock lies, seen from the clock of this process. Each answer gives two bounds, because it was made
/// between the question and its receipt; the tightest that were seen are kept, and widen with time, because clocks drift.
/// </summary>
internal sealed class StoreClock(TimeProvider clock)
{
    /// <summary>Two clocks drift apart by less than one part in so many.</summary>
    private const int Drift = 2000;

    private static readonly long Resolution = TimeSpan.TicksPerMillisecond;

    private long _least;
    private long _most;
    private long _seenAt;
    private bool _isKnown;

    public bool IsKnown => _isKnown;

    /// <summary>How far the bounds are apart.</summary>
    public TimeSpan Uncertainty => TimeSpan.FromTicks(_most - _least);

    /// <summary>Not later than the store's time really is.</summary>
    public long Now => (Local(clock.GetTimestamp()) + _least) / Resolution;

    /// <summary>Takes in an answer.</summary>
    /// <param name="now">The store's time in it.</param>
    /// <param name="askedAt">The timestamp of the question.</param>
    public void Set(long now, long askedAt)
    {
        var answeredAt = clock.GetTimestamp();
        var (least, most) = ((now * Resolution) - Local(answeredAt), ((now + 1) * Resolution) - Local(askedAt));
        var widened = (Local(answeredAt) - _seenAt) / Drift;
        _seenAt = Local(answeredAt);
        (_least, _most) = (Math.Max(least, _least - widened), Math.Min(most, _most + widened));
        if (!_isKnown || _least > _most)
        {
            // The first answer, or a clock was set.
            (_isKnown, _least, _most) = (true, least, most);
        }
    }

    /// <summary>The timestamp at which that time has surely come.</summary>
    public long NotBefore(long time) => Timestamp((time * Resolution) - _least);

    /// <summary>A timestamp at which that time has surely not come yet.</summary>
    public long Before(long time) => Timestamp((time * Resolution) - _most) - 1;

    private long Local(long timestamp) => clock.GetElapsedTime(0, timestamp).Ticks;

    private long Timestamp(long local) => local < 0 ? 0 : clock.After(0, TimeSpan.FromTicks(local));
}
