using Resilience.Http.Requests;

namespace Resilience.Http.ClientSettings;

/// <summary>What makes two endpoints the same one: where their requests go, and for which host. Weight and order may change.</summary>
internal static class EndpointIdentity
{
    public static string Of(HttpEndpoint endpoint) => $"{PrefixOf(endpoint.Address)} {endpoint.HostName}";

    /// <summary>Authority and base path, without the final <c>/</c>: what a request's own part is put behind.</summary>
    public static string PrefixOf(Uri address) => $"{Authority.From(address)}{address.AbsolutePath.TrimEnd('/')}";
}
