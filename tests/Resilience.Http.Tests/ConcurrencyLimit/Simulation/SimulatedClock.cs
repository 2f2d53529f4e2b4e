namespace Resilience.Http.Tests.ConcurrencyLimit.Simulation;

/// <summary>The clock of a run, which jumps from one event to the next. It begins on a whole minute.</summary>
internal sealed class SimulatedClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Seconds since the start.</summary>
    public double Now { get; set; }

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => Timestamp(Now);

    public override DateTimeOffset GetUtcNow() => Start.AddSeconds(Now);

    public static long Timestamp(double seconds) => (long)(seconds * 1e9);
}
