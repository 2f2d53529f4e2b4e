namespace Resilience.Http.Endpoints;

/// <summary>Time as the latency averages count it, modulo 2^32. Differences hold for 24 days; nothing is remembered that long.</summary>
internal static class Milliseconds
{
    public static uint From(long timestamp, TimeProvider clock) => From(timestamp, TicksOf(clock));

    /// <summary>The same for a clock whose <see cref="TicksOf"/> is at hand.</summary>
    public static uint From(long timestamp, long ticks) => unchecked((uint)(timestamp / ticks));

    /// <summary>How many units of its timestamps a clock has in a millisecond.</summary>
    public static long TicksOf(TimeProvider clock) => Math.Max(1, clock.TimestampFrequency / 1_000);
}
