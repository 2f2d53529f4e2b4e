namespace Resilience.Http;

/// <summary>What the caller gets if a circuit or a limit refuses its request.</summary>
public enum HttpRejection
{
    /// <summary>A <see cref="CircuitOpenException"/> or a <see cref="LimitExceededException"/>.</summary>
    Throw,

    /// <summary>
    /// A response, which is much cheaper than an exception: 503 for a circuit or a concurrency limit, 429 for a rate or a quota. If the
    /// wait is known, it has <c>Retry-After</c>. Its header <c>Resilience-Rejected</c> is <c>open</c>, <c>half_open</c>, <c>isolated</c>,
    /// <c>concurrency</c>, <c>rate</c> or <c>server_quota</c>.
    /// </summary>
    Respond,
}
