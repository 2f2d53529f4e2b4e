namespace Resilience.Http;

/// <summary>Settings of the circuit breaker: when it opens, how long it stays open, how it closes again.</summary>
/// <remarks>See Nygard, "Release It!", and <see href="https://learn.microsoft.com/azure/architecture/patterns/circuit-breaker"/>.</remarks>
public sealed class HttpCircuitBreakerOptions
{
    private static readonly TimeSpan UsualRecoveryTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UsualMaxRecoveryTimeout = TimeSpan.FromMinutes(2);

    private TimeSpan? _recoveryTimeout;
    private TimeSpan? _maxRecoveryTimeout;

    /// <summary>Whether there is a circuit breaker.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Whether each authority (scheme, host and port) of the service has a circuit of its own, or all share one.</summary>
    /// <value>Default: <see cref="HttpCircuitBreakerScope.Authority"/>.</value>
    public HttpCircuitBreakerScope Scope { get; set; } = HttpCircuitBreakerScope.Authority;

    /// <summary>Whether an open circuit refuses, or only judges, counts and reports.</summary>
    /// <value>Default: <see cref="HttpCircuitBreakerMode.Enforce"/>.</value>
    public HttpCircuitBreakerMode Mode { get; set; } = HttpCircuitBreakerMode.Enforce;

    /// <summary>How a refusal reaches the caller.</summary>
    /// <value>Default: <see cref="HttpCircuitBreakerRejection.Throw"/>.</value>
    public HttpCircuitBreakerRejection Rejection { get; set; } = HttpCircuitBreakerRejection.Throw;

    /// <summary>How many failures in a row open the circuit.</summary>
    /// <value>Default: 5. Allowed: 0 (this rule is off) to 1,000,000.</value>
    public int FailureThreshold { get; set; } = 5;

    /// <summary>The share of failures in the sampling window that opens the circuit.</summary>
    /// <value>Default: 0.5. Allowed: 0 (this rule is off) to 1.</value>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>How many results the sampling window must hold before a share of it means anything.</summary>
    /// <value>Default: 20. Allowed: 1 to 1,000,000.</value>
    public int MinimumThroughput { get; set; } = 20;

    /// <summary>The time over which shares are taken, in ten buckets of a tenth.</summary>
    /// <value>Default: 10 seconds. Allowed: 100 ms to 24 hours.</value>
    public TimeSpan SamplingWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an attempt takes, to its response headers, to count as slow.</summary>
    /// <value>Default: <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>, off. Allowed: 1 ms to 24 hours.</value>
    public TimeSpan SlowCallDuration { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>The share of slow results in the sampling window that opens the circuit.</summary>
    /// <value>Default: 1.0. Allowed: more than 0, up to 1.</value>
    public double SlowCallRatio { get; set; } = 1.0;

    /// <summary>How long the first break lasts; up to 10 % longer by chance, so that replicas do not probe in step, never shorter.</summary>
    /// <value>Default: 30 seconds, or <see cref="MaxRecoveryTimeout"/> where that is shorter. Allowed: 1 ms to 24 hours.</value>
    public TimeSpan RecoveryTimeout
    {
        get => _recoveryTimeout ?? (_maxRecoveryTimeout > TimeSpan.Zero && _maxRecoveryTimeout < UsualRecoveryTimeout ? _maxRecoveryTimeout.Value : UsualRecoveryTimeout);
        set => _recoveryTimeout = value;
    }

    /// <summary>The longest a break gets: each failed trial doubles the next one up to this. Like every break, up to 10 % longer by chance.</summary>
    /// <value>Default: 2 minutes, or <see cref="RecoveryTimeout"/> where that is longer. Allowed: <see cref="RecoveryTimeout"/> to 24 hours.</value>
    public TimeSpan MaxRecoveryTimeout
    {
        get => _maxRecoveryTimeout ?? (_recoveryTimeout > UsualMaxRecoveryTimeout ? _recoveryTimeout.Value : UsualMaxRecoveryTimeout);
        set => _maxRecoveryTimeout = value;
    }

    /// <summary>How many trials a half-open circuit lets through at once, and how many successes close it.</summary>
    /// <value>Default: 3. Allowed: 1 to 10,000.</value>
    public int HalfOpenMaxCalls { get; set; } = 3;

    internal bool RecoveryTimeoutIsSet => _recoveryTimeout is not null;

    internal bool MaxRecoveryTimeoutIsSet => _maxRecoveryTimeout is not null;

    internal HttpCircuitBreakerOptions Copy() => (HttpCircuitBreakerOptions)MemberwiseClone();
}
