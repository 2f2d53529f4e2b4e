namespace Resilience.Http;

/// <summary>Settings of the circuit breaker: when it opens, how long it stays open, how it closes again.</summary>
/// <remarks>See Nygard, "Release It!", and <see href="https://learn.microsoft.com/azure/architecture/patterns/circuit-breaker"/>.</remarks>
public sealed class HttpCircuitBreakerOptions
{
    private static readonly TimeSpan UsualRecoveryTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UsualMaxRecoveryTimeout = TimeSpan.FromSeconds(30);

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
    /// <value>Default: <see cref="HttpRejection.Throw"/>.</value>
    public HttpRejection Rejection { get; set; } = HttpRejection.Throw;

    /// <summary>How many failures in a row open the circuit, in the order in which their attempts began.</summary>
    /// <remarks>
    /// Failures that were in flight together count once, timeouts count each. If so many results of the sampling window failed that a row
    /// of this length comes by chance, it takes a longer one.
    /// </remarks>
    /// <value>Default: 5. Allowed: 0 (this rule is off) to 1,000,000.</value>
    public int FailureThreshold { get; set; } = 5;

    /// <summary>The share of failures in the sampling window that opens the circuit.</summary>
    /// <remarks>
    /// A client often has one address for several backends. If one of two is dead, half of the attempts fail and a retry answers the call;
    /// opening the circuit would answer none. So the default is well above one half.
    /// </remarks>
    /// <value>Default: 0.8. Allowed: 0 (this rule is off) to 1.</value>
    public double FailureRatio { get; set; } = 0.8;

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

    /// <summary>
    /// How long the first break lasts; up to 10 % longer by chance, so that replicas do not probe in step, never shorter.
    /// </summary>
    /// <value>Default: 5 seconds, or <see cref="MaxRecoveryTimeout"/> if that is shorter. Allowed: 1 ms to 24 hours.</value>
    public TimeSpan RecoveryTimeout
    {
        get => _recoveryTimeout
            ?? (_maxRecoveryTimeout > TimeSpan.Zero && _maxRecoveryTimeout < UsualRecoveryTimeout
                ? _maxRecoveryTimeout.Value
                : UsualRecoveryTimeout);
        set => _recoveryTimeout = value;
    }

    /// <summary>
    /// The longest a break gets. The second break is as long as the first, and each later one is twice as long as the one before it, unless
    /// a trial succeeded in between. Like every break, up to 10 % longer by chance.
    /// </summary>
    /// <remarks>If the 429 or 503 that opened the circuit has a longer <c>Retry-After</c>, that is followed, up to 5 minutes.</remarks>
    /// <value>
    /// Default: 30 seconds, or <see cref="RecoveryTimeout"/> if that is longer. Allowed: <see cref="RecoveryTimeout"/> to 24 hours.
    /// </value>
    public TimeSpan MaxRecoveryTimeout
    {
        get => _maxRecoveryTimeout ?? (_recoveryTimeout > UsualMaxRecoveryTimeout ? _recoveryTimeout.Value : UsualMaxRecoveryTimeout);
        set => _maxRecoveryTimeout = value;
    }

    /// <summary>
    /// How many trials decide about a half-open circuit: it closes if more than half of them succeed, and opens again if not.
    /// </summary>
    /// <remarks>
    /// Trials without a verdict, such as cancelled ones, are replaced; at most twice as many are sent before the next break.
    /// </remarks>
    /// <value>Default: 3. Allowed: 1 to 10,000.</value>
    public int HalfOpenMaxCalls { get; set; } = 3;

    internal bool RecoveryTimeoutIsSet => _recoveryTimeout is not null;

    internal bool MaxRecoveryTimeoutIsSet => _maxRecoveryTimeout is not null;

    internal HttpCircuitBreakerOptions Copy() => (HttpCircuitBreakerOptions)MemberwiseClone();
}
