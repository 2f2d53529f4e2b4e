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

    /// <summary>Whether each authority (scheme, host and port) of the service has its own circuit, or all share one.</summary>
    /// <value>Default: <see cref="HttpCircuitBreakerScope.Authority"/>.</value>
    public HttpCircuitBreakerScope Scope { get; set; } = HttpCircuitBreakerScope.Authority;

    /// <summary>Whether an open circuit refuses attempts, or only counts and reports.</summary>
    /// <value>Default: <see cref="HttpCircuitBreakerMode.Enforce"/>.</value>
    public HttpCircuitBreakerMode Mode { get; set; } = HttpCircuitBreakerMode.Enforce;

    /// <summary>What the caller of a refused attempt gets.</summary>
    /// <value>Default: <see cref="HttpRejection.Throw"/>.</value>
    public HttpRejection Rejection { get; set; } = HttpRejection.Throw;

    /// <summary>How many consecutive failures open the circuit, in the order in which their attempts began.</summary>
    /// <remarks>
    /// Failures that were in flight together count once. Each timeout counts. If many results in the sampling window failed, more
    /// consecutive failures are needed, because a short row can be chance.
    /// </remarks>
    /// <value>Default: 5. Allowed: 0 (this rule is off) to 1,000,000.</value>
    public int FailureThreshold { get; set; } = 5;

    /// <summary>The share of failures in the sampling window that opens the circuit.</summary>
    /// <remarks>
    /// A client often has one address for several backends. If one of two is down, half of the attempts fail, but a retry reaches the other
    /// one. An open circuit would refuse all calls. So the default is well above one half.
    /// </remarks>
    /// <value>Default: 0.8. Allowed: 0 (this rule is off) to 1.</value>
    public double FailureRatio { get; set; } = 0.8;

    /// <summary>How many results the sampling window must hold before a share can open the circuit.</summary>
    /// <value>Default: 20. Allowed: 1 to 1,000,000.</value>
    public int MinimumThroughput { get; set; } = 20;

    /// <summary>The time over which shares are computed, in ten buckets.</summary>
    /// <value>Default: 10 seconds. Allowed: 100 ms to 24 hours.</value>
    public TimeSpan SamplingWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>An attempt counts as slow if it takes longer than this, up to its response headers.</summary>
    /// <value>Default: <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>, off. Allowed: 1 ms to 24 hours.</value>
    public TimeSpan SlowCallDuration { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>The share of slow results in the sampling window that opens the circuit.</summary>
    /// <value>Default: 1.0. Allowed: more than 0, up to 1.</value>
    public double SlowCallRatio { get; set; } = 1.0;

    /// <summary>
    /// The duration of the first break. It is up to 10 % longer at random, so that replicas do not send their trials at the same time, and
    /// never shorter.
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
    /// The longest break. The second break is as long as the first, and each later one is twice as long as the one before it, unless a
    /// trial succeeded in between. Each break is up to 10 % longer at random.
    /// </summary>
    /// <remarks>
    /// If the 429 or 503 that opened the circuit has a longer <c>Retry-After</c>, the break lasts that long, but at most 5 minutes or this
    /// value, whichever is longer.
    /// </remarks>
    /// <value>
    /// Default: 30 seconds, or <see cref="RecoveryTimeout"/> if that is longer. Allowed: <see cref="RecoveryTimeout"/> to 24 hours.
    /// </value>
    public TimeSpan MaxRecoveryTimeout
    {
        get => _maxRecoveryTimeout ?? (_recoveryTimeout > UsualMaxRecoveryTimeout ? _recoveryTimeout.Value : UsualMaxRecoveryTimeout);
        set => _maxRecoveryTimeout = value;
    }

    /// <summary>
    /// How many trials decide whether a half-open circuit closes. If more than half of them succeed, it closes. Otherwise it opens again.
    /// </summary>
    /// <remarks>
    /// If a trial has no verdict, for example because it was canceled, another one replaces it. At most twice as many trials are sent
    /// before the next break.
    /// </remarks>
    /// <value>Default: 3. Allowed: 1 to 10,000.</value>
    public int HalfOpenMaxCalls { get; set; } = 3;

    internal bool RecoveryTimeoutIsSet => _recoveryTimeout is not null;

    internal bool MaxRecoveryTimeoutIsSet => _maxRecoveryTimeout is not null;

    internal HttpCircuitBreakerOptions Copy() => (HttpCircuitBreakerOptions)MemberwiseClone();
}
