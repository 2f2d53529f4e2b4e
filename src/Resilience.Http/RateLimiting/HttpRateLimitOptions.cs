namespace Resilience.Http;

/// <summary>Settings of the rate limit: how fast requests are sent, and whether calls wait when the service asks them to.</summary>
public sealed class HttpRateLimitOptions
{
    /// <summary>Whether there is a rate limit.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Enabled { get; set; }

    /// <summary>How many requests may be sent per <see cref="Per"/>, retries and hedges included.</summary>
    /// <value>
    /// Default: <see langword="null"/>, no rate: then <see cref="FollowServer"/> alone decides. Allowed: 1 to 1,000,000. Required if
    /// <see cref="FollowServer"/> is <see langword="false"/>.
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
    /// How many requests may wait for their turn, first in, first out. One whose turn would come after its deadline is rejected at once.
    /// </summary>
    /// <remarks>Requests that wait because the service asked for it do not count.</remarks>
    /// <value>Default: 0, which rejects at once. Allowed: 0 to 1,000,000.</value>
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

    /// <summary>How long the service can make other calls wait than the one that it answered.</summary>
    /// <value>Default: 60 seconds. Allowed: 1 ms to 24 hours.</value>
    public TimeSpan MaxServerWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A response field of the service's own that holds how many requests are left, such as <c>X-RateLimit-Remaining</c>. If it is 0, all
    /// calls wait until the time in <see cref="ResetHeader"/>.
    /// </summary>
    /// <value>Default: <see langword="null"/>, none. Set both fields or neither.</value>
    public string? RemainingHeader { get; set; }

    /// <summary>
    /// A response field of the service's own that holds when requests are left again, such as <c>X-RateLimit-Reset</c>: seconds from now,
    /// or the seconds or milliseconds of the Unix epoch.
    /// </summary>
    /// <value>Default: <see langword="null"/>, none. Set both fields or neither.</value>
    public string? ResetHeader { get; set; }

    /// <summary>How a rejection reaches the caller.</summary>
    /// <value>Default: <see cref="HttpRejection.Throw"/>.</value>
    public HttpRejection Rejection { get; set; } = HttpRejection.Throw;

    /// <summary>
    /// Names the quota of the service that a request uses up, such as its tenant or its API key: if the service asks for a wait, only
    /// requests with the same value wait. Code only: configuration cannot set it.
    /// </summary>
    /// <remarks>
    /// Called once per request that is sent, from any thread, before it is sent. If it throws, the request shares the quota of those
    /// without a value.
    /// </remarks>
    /// <value>Default: <see langword="null"/>, which is one quota for all requests to an authority.</value>
    public Func<HttpRequestMessage, string?>? QuotaKey { get; set; }

    internal HttpRateLimitOptions Copy() => (HttpRateLimitOptions)MemberwiseClone();
}
