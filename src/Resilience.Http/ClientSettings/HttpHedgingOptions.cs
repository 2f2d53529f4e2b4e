namespace Resilience.Http;

/// <summary>
/// If a request is slow, it is sent a second time while the first one is in flight, and the first success wins. Only safe methods and
/// requests marked with <c>AllowHedging()</c> are hedged.
/// </summary>
public sealed class HttpHedgingOptions
{
    /// <summary>Whether slow sends are hedged.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Enabled { get; set; }

    /// <summary>How many hedges an attempt has at most, besides its first send.</summary>
    /// <value>Default: 1. Allowed: 1 to 4.</value>
    public int MaxHedges { get; set; } = 1;

    /// <summary>
    /// How long a send may take before a hedge is sent. If it is <see langword="null"/>, the delay follows <see cref="Percentile"/>.
    /// </summary>
    /// <value>Default: <see langword="null"/>. Allowed: 1 ms to 24 hours. In configuration, <c>auto</c> is <see langword="null"/>.</value>
    public TimeSpan? Delay { get; set; }

    /// <summary>
    /// The percentile of the recent durations that the delay follows, as a fraction. Also the share of sends that are expected to answer
    /// within <see cref="Delay"/>, if that is set.
    /// </summary>
    /// <value>Default: 0.95. Allowed: 0.5 to 0.999.</value>
    public double Percentile { get; set; } = 0.95;

    /// <summary>The shortest delay that follows from the percentile. It does not limit <see cref="Delay"/>.</summary>
    /// <value>Default: 10 ms. Allowed: 1 ms to 24 hours.</value>
    public TimeSpan MinDelay { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// How many successful sends there must be in the last 30 seconds for the delay to follow the percentile. With fewer, nothing is
    /// hedged.
    /// </summary>
    /// <value>Default: 50. Allowed: 10 to 10,000.</value>
    public int MinSamples { get; set; } = 50;

    /// <summary>What each call adds to the hedging budget: 0.05 allows hedges for 5 % of the calls. At most 10 hedges are saved.</summary>
    /// <value>Default: 0.05. Allowed: 0 to 1.</value>
    public double MaxExtraLoad { get; set; } = 0.05;

    internal HttpHedgingOptions Copy() => (HttpHedgingOptions)MemberwiseClone();
}
