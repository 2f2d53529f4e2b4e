namespace Resilience.Http.Endpoints;

/// <summary>Time as the latency averages count it, modulo 2^32. Differences hold for 24 days; nothing is remembered that long.</summary>
internal static class Milliseconds
{
    public static uint From(long timestamp, TimeProvider clock) =>
        unchecked((uint)(timestamp / Math.Max(1, clock.TimestampFrequency / 1_000)));
}
