using Resilience.Http.Settings;

namespace Resilience.Http.ClientSettings;

internal static class HttpEndpointsOptionsKeys
{
    public static readonly OptionsSchema<HttpEndpointsOptions> Keys = new OptionsSchema<HttpEndpointsOptions>()
        .Add(new EndpointListKey(
            nameof(HttpEndpointsOptions.Addresses),
            "The addresses of the service; each an address, or an object with Address, HostName, Weight and Order."))
        .Key(
            nameof(HttpEndpointsOptions.Selection),
            o => o.Selection,
            (o, value) => o.Selection = value,
            EnumFormat<HttpEndpointSelection>.Instance,
            "How the endpoint of a send is chosen.");

    /// <summary>The keys of one address that is written as an object.</summary>
    public static readonly OptionsSchema<HttpEndpoint> OfEndpoint = new OptionsSchema<HttpEndpoint>()
        .Key(nameof(HttpEndpoint.Address), o => o.Address, (o, value) => o.Address = value, EndpointAddressFormat.Instance,
            "Scheme, host, port and base path.")
        .Key(nameof(HttpEndpoint.HostName), o => o.HostName, (o, value) => o.HostName = value, HostNameFormat.Instance,
            "The Host header, and the name that the certificate is checked for.")
        .Key(nameof(HttpEndpoint.Weight), o => o.Weight, (o, value) => o.Weight = value, new IntegerFormat(1, 1_000),
            "The share of the traffic, in relation to the other weights.")
        .Key(nameof(HttpEndpoint.Order), o => o.Order, (o, value) => o.Order = value, new IntegerFormat(0, 100),
            "The place in the order of failover.");
}
