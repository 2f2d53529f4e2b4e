namespace Resilience.Http;

/// <summary>How the endpoint of a send is chosen.</summary>
public enum HttpEndpointSelection
{
    /// <summary>
    /// Of two endpoints drawn by weight, the one with the lower load: its sends in flight times its recent latency. Peaks of the latency
    /// count at once and fade in seconds.
    /// </summary>
    LeastLoaded,

    /// <summary>
    /// The lowest <see cref="HttpEndpoint.Order"/> with an endpoint that lets a send through, the least loaded within it: failover to a
    /// second region and back.
    /// </summary>
    Ordered,
}
