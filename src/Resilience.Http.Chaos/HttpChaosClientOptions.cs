namespace Resilience.Http;

/// <summary>
/// The faults of one client. Each kind of fault is decided separately, so a request can be slow and then fail. Latency comes first, and
/// then the abort. A body is slow only if there is a real response.
/// </summary>
public sealed class HttpChaosClientOptions
{
    /// <summary>A delay before the request is sent.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public HttpChaosLatencyOptions? Latency { get; set; }

    /// <summary>A failure instead of sending the request.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public HttpChaosAbortOptions? Abort { get; set; }

    /// <summary>A response body that arrives slowly.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public HttpChaosSlowBodyOptions? SlowBody { get; set; }

    /// <summary>The requests that get faults.</summary>
    /// <value>Default: <see langword="null"/>, all.</value>
    public HttpChaosMatchOptions? Match { get; set; }
}
