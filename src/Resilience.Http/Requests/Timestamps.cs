namespace Resilience.Http.Requests;

/// <summary>Sums on the clock's own timestamps, which no change of the wall clock moves.</summary>
internal static class Timestamps
{
    public const long Never = long.MaxValue;

    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The readings of two clocks lie apart if the thread loses its core in between.</summary>
    private static readonly TimeSpan LeastChange = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The timestamp that lies a span after another: rounded up, so never sooner than asked, and <see cref="Never"/> if it would
    /// overflow.
    /// </summary>
    public static long After(this TimeProvider clock, long timestamp, TimeSpan span)
    {
        // The clocks of .NET count in ticks or in nanoseconds: then there is nothing to round and no division, which every call would pay.
        var length = clock.TimestampFrequency switch
        {
            NanosecondsPerSecond => Math.BigMul(span.Ticks, TimeSpan.NanosecondsPerTick),
            TimeSpan.TicksPerSecond => span.Ticks,
            var frequency => RoundedUp(frequency, span),
        };
        var sum = timestamp + length;
        return sum >= Never ? Never : (long)sum;
    }

    /// <summary>The timestamp that lies a span before another, rounded down.</summary>
    public static long Before(this TimeProvider clock, long timestamp, TimeSpan span) => timestamp - clock.After(0, span);

    /// <summary>
    /// How long it is from one timestamp to another, zero if the other has passed; <see langword="null"/> for <see cref="Never"/>.
    /// </summary>
    public static TimeSpan? Until(this TimeProvider clock, long now, long end)
    {
        if (end == Never)
        {
            return null;
        }

        return end <= now ? TimeSpan.Zero : clock.GetElapsedTime(now, end);
    }

    /// <summary>
    /// A time of the day that was noted at a timestamp, by the wall clock as it is set now: so it is as long ago as it really is. It is
    /// moved by whole seconds, so that it does not differ from one reading to the next. A suspended machine looks the same.
    /// </summary>
    public static DateTimeOffset AsSetNow(this TimeProvider clock, DateTimeOffset noted, long timestamp)
    {
        var change = clock.GetUtcNow() - clock.GetElapsedTime(timestamp) - noted;
        return change.Duration() < LeastChange ? noted : noted.AddSeconds(Math.Round(change.TotalSeconds));
    }

    private static Int128 RoundedUp(long frequency, TimeSpan span) =>
        ((Int128)span.Ticks * frequency + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
}
