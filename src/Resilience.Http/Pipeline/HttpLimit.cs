namespace Resilience.Http;

/// <summary>The limit that rejected a request.</summary>
public enum HttpLimit
{
    /// <summary>The concurrency limit: the allowed number of requests is in flight.</summary>
    Concurrency,

    /// <summary>The rate limit: the allowed number of requests was sent in the period.</summary>
    Rate,

    /// <summary>The quota of the service: the service asked its callers to wait.</summary>
    ServerQuota,
}
