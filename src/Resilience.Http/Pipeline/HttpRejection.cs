namespace Resilience.Http;

/// <summary>How a local refusal reaches the caller: that of a circuit or of a limit.</summary>
public enum HttpRejection
{
    /// <summary>As a <see cref="CircuitOpenException"/> or a <see cref="LimitExceededException"/>.</summary>
    Throw,

    /// <summary>
    /// As a response with <c>Retry-After</c>, much cheaper than an exception: 503 for a circuit or a concurrency limit, 429 for a rate.
    /// Its header <c>Resilience-Rejected</c> is <c>open|half_open|isolated|concurrency|rate|server_quota</c>.
    /// </summary>
    Respond,
}
