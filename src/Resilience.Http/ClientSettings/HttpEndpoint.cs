namespace Resilience.Http;

/// <summary>One address of a service. In configuration, it is a string, or an object with these keys.</summary>
public sealed class HttpEndpoint
{
    /// <summary>Creates an endpoint.</summary>
    /// <param name="address">The address: scheme, host, port and base path.</param>
    public HttpEndpoint(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Address = address;
    }

    internal HttpEndpoint()
    {
    }

    /// <summary>
    /// The address: <c>http</c> or <c>https</c>, host, port and base path. In a request, it replaces the base address of the client. The
    /// rest of the path, the query and the fragment stay as they are.
    /// </summary>
    /// <value>Required. The path may end with <c>/</c>.</value>
    public Uri Address { get; set; } = null!;

    /// <summary>The value of the <c>Host</c> header, and the name that the certificate of the endpoint must have.</summary>
    /// <value>
    /// Default: <see langword="null"/>. The host of the address is then used. If that is an IP address, the authority of the base address
    /// is used.
    /// </value>
    public string? HostName { get; set; }

    /// <summary>The share of the traffic, relative to the weights of the other endpoints with the same order.</summary>
    /// <value>Default: 1. Allowed: 1 to 1,000.</value>
    public int Weight { get; set; } = 1;

    /// <summary>The position in the failover order. Used only by <see cref="HttpEndpointSelection.Ordered"/>.</summary>
    /// <value>Default: 0, the first. Allowed: 0 to 100.</value>
    public int Order { get; set; }

    internal HttpEndpoint Copy() => (HttpEndpoint)MemberwiseClone();
}
