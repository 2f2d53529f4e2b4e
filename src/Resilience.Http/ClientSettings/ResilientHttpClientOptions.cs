using Resilience.Http.ClientSettings;
using Resilience.Http.Settings;

namespace Resilience.Http;

/// <summary>
/// All settings of one resilient client, in the order of the chain. They are read from <c>ResilientHttpClients:Clients:{serviceName}</c>,
/// which overrides <c>ResilientHttpClients:Defaults</c>.
/// </summary>
/// <remarks>
/// If a value is not set, it adapts to the values that are set. Values can contradict each other only if both are set. No time is longer
/// than 24 hours.
/// </remarks>
public sealed class ResilientHttpClientOptions
{
    internal static readonly TimeSpan UsualAttemptTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UsualTotalTimeout = TimeSpan.FromSeconds(30);

    private TimeSpan? _totalTimeout;
    private TimeSpan? _attemptTimeout;
    private OptionalFeatures _featuresOff;

    /// <summary>
    /// Whether the chain is active. If <see langword="false"/>, calls bypass all its handlers. It can be changed while the app runs.
    /// </summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The base address of the client: absolute, with a path that ends with <c>/</c>. A change applies only to clients that are created
    /// after it.
    /// </summary>
    /// <value>
    /// Default: <see langword="null"/>. The client then keeps its own base address. If it has none, it gets the first of the
    /// <see cref="Endpoints"/>.
    /// </value>
    public Uri? BaseAddress { get; set; }

    /// <summary>
    /// The deadline of the whole call, from its start to its response headers. It includes all attempts, waits and Retry-After.
    /// </summary>
    /// <value>
    /// Default: 30 seconds, or <see cref="AttemptTimeout"/> if that is longer. Allowed: 1 ms to 24 hours, or
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for none.
    /// </value>
    public TimeSpan TotalTimeout
    {
        get => _totalTimeout ?? (_attemptTimeout > UsualTotalTimeout ? _attemptTimeout.Value : UsualTotalTimeout);
        set => _totalTimeout = value;
    }

    /// <summary>The limit of each attempt, or of each send if the attempt is hedged, up to its response headers.</summary>
    /// <value>
    /// Default: 10 seconds, or <see cref="TotalTimeout"/> if that is shorter. Allowed: 1 ms to 24 hours, but not longer than
    /// <see cref="TotalTimeout"/>, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for none.
    /// </value>
    public TimeSpan AttemptTimeout
    {
        get => _attemptTimeout
            ?? (_totalTimeout > TimeSpan.Zero && _totalTimeout < UsualAttemptTimeout ? _totalTimeout.Value : UsualAttemptTimeout);
        set => _attemptTimeout = value;
    }

    /// <summary>The longest wait for more bytes while a response body is read. A body that keeps flowing is never cut.</summary>
    /// <value>Default: <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>, off. Allowed: 1 ms to 24 hours.</value>
    public TimeSpan BodyIdleTimeout { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// A delegate that judges attempts, for retry, circuit breaker and fallback alike. If it returns <see langword="null"/>, the default
    /// verdict applies: see <c>docs/retry.md</c>. It is not called if the caller has canceled the call, or if the total timeout or another
    /// deadline has passed. It can only be set in code.
    /// </summary>
    /// <value>Default: <see langword="null"/>. The default verdicts apply.</value>
    public Func<AttemptOutcome, AttemptVerdict?>? ClassifyOutcome { get; set; }

    /// <summary>The span of each call.</summary>
    public HttpTracingOptions Tracing { get; set; } = new();

    /// <summary>Answers calls that failed in spite of everything else. Off by default.</summary>
    public HttpFallbackOptions Fallback { get; set; } = new();

    /// <summary>The deadline that a call inherits and passes on. Off by default.</summary>
    public HttpDeadlineOptions Deadline { get; set; } = new();

    /// <summary>Repeats attempts that failed temporarily.</summary>
    public HttpRetryOptions Retry { get; set; } = new();

    /// <summary>Sends another request beside a slow one. Off by default.</summary>
    public HttpHedgingOptions Hedging { get; set; } = new();

    /// <summary>
    /// Several addresses of the service. Each request goes to the least loaded one, or to the first that is available. None by default.
    /// </summary>
    public HttpEndpointsOptions Endpoints { get; set; } = new();

    /// <summary>Paces the requests that are sent. Off by default.</summary>
    public HttpRateLimitOptions RateLimit { get; set; } = new();

    /// <summary>Bounds the requests in flight. Off by default.</summary>
    public HttpConcurrencyLimitOptions ConcurrencyLimit { get; set; } = new();

    /// <summary>Refuses calls while the service is down.</summary>
    public HttpCircuitBreakerOptions CircuitBreaker { get; set; } = new();

    /// <summary>What the replicas of the app share about the service. Off by default.</summary>
    public HttpFleetOptions Fleet { get; set; } = new();

    /// <summary>Whether a request may have to be sent again while it is being sent, so that what the caller sends must be noted.</summary>
    internal bool HedgingIsEnabled => Hedging.Enabled;

    /// <summary>
    /// Whether the concurrency limit counts what is in flight. If there is none, the circuit breaker counts it anyway.
    /// </summary>
    internal bool CountsInLimiter => ConcurrencyLimit.Enabled || !CircuitBreaker.Enabled;

    /// <summary>The features that calls with these options do without. Found once: options in force do not change.</summary>
    internal OptionalFeatures FeaturesOff =>
        _featuresOff != OptionalFeatures.None ? _featuresOff : _featuresOff = FindFeaturesOff();

    /// <summary>The addresses that calls go to as far as the settings know: the endpoints, or else the base address.</summary>
    internal IEnumerable<Uri> GetKnownAddresses() => Endpoints is { Addresses.Count: > 0 } endpoints
        ? endpoints.Addresses.Select(static endpoint => endpoint.Address)
        : BaseAddress is { } address && Endpoints?.Source is null ? [address] : [];

    /// <summary>What relative URIs are joined to if neither the options nor the client have a base address.</summary>
    internal Uri? GetDefaultBaseAddress() => Endpoints switch
    {
        { Addresses: [var first, ..] } => new Uri($"{first.Address.GetLeftPart(UriPartial.Path).TrimEnd('/')}/"),
        { Source: { } source } => source.BaseAddress,
        _ => null,
    };

    internal bool TotalTimeoutIsSet => _totalTimeout is not null;

    internal bool AttemptTimeoutIsSet => _attemptTimeout is not null;

    /// <summary>
    /// Grows with each reading of the configuration, so that the options of an edit which was overtaken by a later one are known as old.
    /// </summary>
    internal long Edition { get; set; }

    /// <summary>What came from configuration, for messages; <see langword="null"/> if none was read.</summary>
    internal OptionsReadResult? Reading { get; set; }

    /// <summary>A copy that shares nothing that can change, so that no later change by its owner reaches a running client.</summary>
    internal ResilientHttpClientOptions Copy()
    {
        var copy = (ResilientHttpClientOptions)MemberwiseClone();
        copy.CopySections();
        copy._featuresOff = OptionalFeatures.None;
        return copy;
    }

    /// <summary>
    /// Puts copies in the place of its sections: code may have set objects that others have too, and what is written next is not theirs.
    /// </summary>
    internal void CopySections()
    {
        Tracing = Tracing?.Copy()!;
        Fallback = Fallback?.Copy()!;
        Deadline = Deadline?.Copy()!;
        Retry = Retry?.Copy()!;
        Hedging = Hedging?.Copy()!;
        RateLimit = RateLimit?.Copy()!;
        ConcurrencyLimit = ConcurrencyLimit?.Copy()!;
        Endpoints = Endpoints?.Copy()!;
        CircuitBreaker = CircuitBreaker?.Copy()!;
        Fleet = Fleet?.Copy()!;
    }

    private OptionalFeatures FindFeaturesOff()
    {
        var off = OptionalFeatures.Known;
        off |= Fallback.IsOff ? OptionalFeatures.Fallback : 0;
        off |= HedgingIsEnabled ? 0 : OptionalFeatures.Hedging;
        off |= Endpoints.AreInUse ? 0 : OptionalFeatures.Endpoints;
        off |= RateLimit.Enabled ? 0 : OptionalFeatures.RateLimit;
        off |= CountsInLimiter ? 0 : OptionalFeatures.ConcurrencyLimit;
        return off;
    }
}
