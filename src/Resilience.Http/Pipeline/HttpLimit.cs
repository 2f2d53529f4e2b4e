namespace Resilience.Http;

/// <summary>The limit that rejected a request.</summary>
public enum HttpLimit
{
    /// <summary>As many requests as allowed are in flight.</summary>
    Concurrency,

    /// <summary>As many requests as allowed were sent in a period.</summary>
    Rate,

    /// <summary>The service asked its callers to wait.</summary>
    ServerQuota,
}
