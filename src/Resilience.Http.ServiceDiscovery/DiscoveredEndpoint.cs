using System.Net;
using Microsoft.Extensions.ServiceDiscovery;

namespace Resilience.Http.ServiceDiscovery;

/// <summary>An endpoint that was discovered, as one of the chain.</summary>
internal static class DiscoveredEndpoint
{
    /// <param name="found">The endpoint.</param>
    /// <param name="service">The service as it is called, such as <c>https+http://basket/</c>.</param>
    /// <param name="options">Which schemes are allowed.</param>
    public static HttpEndpoint From(ServiceEndpoint found, Uri service, ServiceDiscoveryOptions options)
    {
        var name = found.Features.Get<IHostNameFeature>()?.HostName;
        return new(AddressOf(found.EndPoint, service, options))
        {
            HostName = name ?? (found.EndPoint is IPEndPoint ? NameOf(service) : null),
        };
    }

    private static Uri AddressOf(EndPoint endPoint, Uri service, ServiceDiscoveryOptions options) => endPoint switch
    {
        UriEndPoint { Uri: var uri } => uri,
        DnsEndPoint dns => Build(dns.Host, dns.Port, service, options),
        IPEndPoint ip => Build(ip.Address.ToString(), ip.Port, service, options),
        _ => throw new InvalidOperationException($"Endpoints of the type {endPoint.GetType()} are not supported."),
    };

    /// <summary>An endpoint without a scheme has the first one of the service; without a port, the port of the service.</summary>
    private static Uri Build(string host, int port, Uri service, ServiceDiscoveryOptions options)
    {
        var scheme = service.Scheme.Split('+')[0];
        if (scheme != service.Scheme
            && !options.AllowAllSchemes
            && !options.AllowedSchemes.Contains(scheme, StringComparer.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException($"The scheme {scheme} is not one of the AllowedSchemes of ServiceDiscoveryOptions.");
        }

        return new UriBuilder(scheme, host, port > 0 ? port : service.Port).Uri;
    }

    /// <summary>The name of the service for <c>Host</c> and TLS, if it has one; an endpoint's name is not a part of it.</summary>
    private static string? NameOf(Uri service) =>
        service.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 ? null
        : ServiceEndpointQuery.TryParse($"{service.Scheme}://{service.Host}", out var query) ? query.ServiceName
        : service.Host;
}
