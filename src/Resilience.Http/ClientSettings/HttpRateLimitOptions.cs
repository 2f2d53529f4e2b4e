namespace Resilience.Http;

/// <summary>Settings of the rate limit: how fast requests are sent, and whether calls wait when the service asks them to.</summary>
public sealed class HttpRateLimitOptions
{
    /// <summary>Whether there is a rate limit.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Enabled { get; set; }

    /// <summary>How many requests may be sent per <see cref="Per"/>, including retries and hedges.</summary>
    /// <value>
    /// Default: <see langword="null"/>, no rate. Then only <see cref="FollowServer"/> limits the requests. Allowed: 1 to 1,000,000.
    /// Required if <see cref="FollowServer"/> is <see langword="false"/>.
    /// </value>
    public int? Permits { get; set; }

    /// <summary>The time in which <see cref="Permits"/> requests may be sent.</summary>
    /// <value>Default: 1 second. Allowed: 1 ms to 24 hours.</value>
    public TimeSpan Per { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many requests may be sent at once after a pause. In any time t at most <c>Burst + Permits * t / Per</c> requests are sent.
    /// </summary>
    /// <value>Default: <see langword="null"/>, as many as <see cref="Permits"/>. Allowed: 1 to 1,000,000.</value>
    public int? Burst { get; set; }

    /// <summary>
    /// How many requests may wait for a permit. They are sent in the order in which they came. If a request cannot be sent before its
    /// deadline, it is rejected at once.
    /// </summary>
    /// <remarks>Requests that wait because the service asked for it do not count.</remarks>
    /// <value>Default: 0, requests are rejected at once. Allowed: 0 to 1,000,000.</value>
    public int QueueLimit { get; set; }

    /// <summary>
    /// Whether all requests of the client share one rate, or those to one authority, or those of all replicas. With
    /// <see cref="HttpRateLimitScope.Fleet"/>, <see cref="Permits"/> is required, <see cref="Per"/> is at least 1 second and
    /// <see cref="QueueLimit"/> at least 1.
    /// </summary>
    /// <value>Default: <see cref="HttpRateLimitScope.Service"/>.</value>
    public HttpRateLimitScope Scope { get; set; } = HttpRateLimitScope.Service;

    /// <summary>
    /// Whether all calls to an authority wait when one of its responses asks for it: a 429 or 503 with <c>Retry-After</c>, or a
    /// <c>RateLimit</c> field with nothing left.
    /// </summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool FollowServer { get; set; } = true;

    /// <summary>The longest wait that a response can impose on other calls.</summary>
    /// <value>Default: 60 seconds. Allowed: 1 ms to 24 hours.</value>
    public TimeSpan MaxServerWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The name of a response header that holds how many requests are left, such as <c>X-RateLimit-Remaining</c>. If it is 0, all calls
    /// wait until the time in <see cref="ResetHeader"/>.
    /// </summary>
    /// <value>Default: <see langword="null"/>, none. Set both headers or neither.</value>
    public string? RemainingHeader { get; set; }

    /// <summary>
    /// The name of a response header that holds when more requests are allowed, such as <c>X-RateLimit-Reset</c>: in seconds from now, or
    /// as a Unix time in seconds or milliseconds.
    /// </summary>
    /// <value>Default: <see langword="null"/>, none. Set both headers or neither.</value>
    public string? ResetHeader { get; set; }

    /// <summary>What the caller of a rejected request gets.</summary>
    /// <value>Default: <see cref="HttpRejection.Throw"/>.</value>
    public HttpRejection Rejection { get; set; } = HttpRejection.Throw;

    /// <summary>
    /// A delegate that returns the quota that a request uses, such as its tenant or its API key. If the service asks the client to wait,
    /// only requests with the same value wait. It can only be set in code.
    /// </summary>
    /// <remarks>
    /// It is called once for each request, before the request is sent, from any thread. If it throws, the request shares the quota of the
    /// requests without a value.
    /// </remarks>
    /// <value>Default: <see langword="null"/>, one quota for all requests to an authority.</value>
    public Func<HttpRequestMessage, string?>? QuotaKey { get; set; }

    internal HttpRateLimitOptions Copy() => (HttpRateLimitOptions)MemberwiseClone();
}
