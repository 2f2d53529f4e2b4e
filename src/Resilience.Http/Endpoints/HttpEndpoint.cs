namespace Resilience.Http;

/// <summary>One address of a service. In configuration, a string or an object with these keys.</summary>
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
    /// The address: <c>http</c> or <c>https</c>, host, port and base path. It takes the place of the client's base address in a request.
    /// The rest of the path, the query and the fragment stay as they are.
    /// </summary>
    /// <value>Required. With or without a final <c>/</c>.</value>
    public Uri Address { get; set; } = null!;

    /// <summary>The value of the <c>Host</c> header, and the name that the certificate of the endpoint must have.</summary>
    /// <value>
    /// Default: <see langword="null"/>. Then it is the host of the address. If that is an IP address, it is the authority of the base
    /// address.
    /// </value>
    public string? HostName { get; set; }

    /// <summary>The share of the traffic, in relation to the weights of the others of the same order.</summary>
    /// <value>Default: 1. Allowed: 1 to 1,000.</value>
    public int Weight { get; set; } = 1;

    /// <summary>The place in the order of failover; only for <see cref="HttpEndpointSelection.Ordered"/>.</summary>
    /// <value>Default: 0, the first. Allowed: 0 to 100.</value>
    public int Order { get; set; }

    internal HttpEndpoint Copy() => (HttpEndpoint)MemberwiseClone();
}
