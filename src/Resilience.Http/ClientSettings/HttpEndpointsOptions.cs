using Resilience.Http.ClientSettings;

namespace Resilience.Http;

/// <summary>Several addresses of one service, and how one of them is chosen for a request.</summary>
public sealed class HttpEndpointsOptions
{
    /// <summary>
    /// The addresses. If the URI of a request starts with the base address of the client, it goes to one of them. Other requests pass
    /// unchanged. To add an address, use <c>new HttpEndpoint(new Uri("https://10.0.0.1"))</c>.
    /// </summary>
    /// <value>Default: none. The URI of the request is then used.</value>
    public IList<HttpEndpoint> Addresses { get; set; } = [];

    /// <summary>How the endpoint of a request is chosen.</summary>
    /// <value>Default: <see cref="HttpEndpointSelection.LeastLoaded"/>.</value>
    public HttpEndpointSelection Selection { get; set; }

    /// <summary>Finds the endpoints of a URI while the app runs; <see langword="null"/> if only <see cref="Addresses"/> are used.</summary>
    internal IEndpointSource? Source { get; set; }

    /// <summary>Whether there is anything to choose from.</summary>
    internal bool AreInUse => Source is not null || Addresses is { Count: > 0 };

    internal HttpEndpointsOptions Copy()
    {
        var copy = (HttpEndpointsOptions)MemberwiseClone();
        copy.Addresses = Addresses is null ? null! : [.. Addresses.Select(static address => address?.Copy()!)];
        return copy;
    }
}
