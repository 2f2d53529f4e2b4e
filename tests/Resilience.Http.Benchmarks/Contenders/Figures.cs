namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>The settings that every resilient contender runs with.</summary>
internal static class Figures
{
    public static readonly TimeSpan TotalTimeout = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);

    public const int MaxRetries = 3;

    /// <summary>No delay: a wait would be all that the retried case measures.</summary>
    public static readonly TimeSpan BaseDelay = TimeSpan.Zero;

    /// <summary>Above one half, since in the retried case every second attempt fails and no circuit may open.</summary>
    public const double FailureRatio = 0.9;

    public const int MinimumThroughput = 20;
    public static readonly TimeSpan SamplingWindow = TimeSpan.FromSeconds(10);

    /// <summary>Longer than any run: in the refused case the circuit opens once and stays open.</summary>
    public static readonly TimeSpan RecoveryTimeout = TimeSpan.FromHours(4);
}
