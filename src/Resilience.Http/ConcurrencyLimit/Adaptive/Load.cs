namespace Resilience.Http.ConcurrencyLimit.Adaptive;

/// <summary>What a window of sends has shown.</summary>
/// <param name="Samples">How many sends got response headers.</param>
/// <param name="Drops">How many timed out or got 503.</param>
/// <param name="Rejected">How many were not sent, because the limit was reached.</param>
/// <param name="Peak">The most sends in flight at a time.</param>
/// <param name="Seconds">How long the window was.</param>
/// <param name="SendSeconds">The time that all sends together spent in flight in the window.</param>
internal readonly record struct Load(int Samples, int Drops, int Rejected, int Peak, double Seconds, double SendSeconds)
{
    public int Results => Samples + Drops;

    /// <summary>Two windows as one.</summary>
    public static Load operator +(Load one, Load other) => new(
        one.Samples + other.Samples,
        one.Drops + other.Drops,
        one.Rejected + other.Rejected,
        Math.Max(one.Peak, other.Peak),
        one.Seconds + other.Seconds,
        one.SendSeconds + other.SendSeconds);

    /// <summary>
    /// The mean time of a send in seconds, by Little's law: what is in flight counts with the time that it has already taken. The mean of
    /// the sends that ended would be too low whenever slow ones are still on their way.
    /// </summary>
    public double ResponseTime => Samples == 0 ? 0 : SendSeconds / Samples;

    /// <summary>How many sends were in flight in the mean.</summary>
    public double Concurrency => Seconds == 0 ? 0 : SendSeconds / Seconds;

    /// <summary>How many drops came for each answer.</summary>
    public double DropOdds => (double)Drops / Math.Max(1, Samples);

    public double DropShare => (double)Drops / Math.Max(1, Results);

    /// <summary>The limit, and not the demand, determines how much is sent.</summary>
    public bool IsSaturated => RejectedShare > 0.02;

    /// <summary>So much is rejected that a lower limit for a moment makes little difference.</summary>
    public bool IsOverloaded => RejectedShare > 0.1;

    private double RejectedShare => (double)Rejected / Math.Max(1, Results + Rejected);

    /// <summary>Whether nearly as many sends were in flight as the limit allows. Half of it is far from that.</summary>
    public bool IsReached(double limit) => Rejected > 0 || Peak >= 0.8 * limit;
}
