namespace Resilience.Http;

/// <summary>
/// The faults of one client. Each kind is drawn for by itself: a call may be slow and then fail. Of the kinds, latency comes first, then
/// the abort, and a body is slow only if a real response comes back.
/// </summary>
public sealed class HttpChaosClientOptions
{
    /// <summary>A wait before the call is sent.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public HttpChaosLatencyOptions? Latency { get; set; }

    /// <summary>A failure in place of sending the call.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public HttpChaosAbortOptions? Abort { get; set; }

    /// <summary>A response body that trickles.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public HttpChaosSlowBodyOptions? SlowBody { get; set; }

    /// <summary>Which requests are meant.</summary>
    /// <value>Default: <see langword="null"/>, all.</value>
    public HttpChaosMatchOptions? Match { get; set; }
}
