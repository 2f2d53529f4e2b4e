namespace Resilience.Http;

/// <summary>How the endpoint of a request is chosen.</summary>
public enum HttpEndpointSelection
{
    /// <summary>
    /// Two endpoints are drawn at random by weight, and the one with the lower load is chosen. The load is the number of requests in flight
    /// times the recent latency. A higher latency counts at once, and fades within seconds.
    /// </summary>
    LeastLoaded,

    /// <summary>
    /// The least loaded endpoint of the lowest <see cref="HttpEndpoint.Order"/> that has an available endpoint. Use it to fail over to a
    /// second region and back.
    /// </summary>
    Ordered,
}
