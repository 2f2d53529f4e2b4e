namespace Resilience.Http;

/// <summary>How a refusal reaches the caller.</summary>
public enum HttpCircuitBreakerRejection
{
    /// <summary>As a <see cref="CircuitOpenException"/>.</summary>
    Throw,

    /// <summary>
    /// As a response: 503 with <c>Retry-After</c> and <c>Resilience-Rejected: open|half_open|isolated</c>. Much cheaper than an exception.
    /// </summary>
    Respond,
}
