using Resilience.Http.ClientSettings;

namespace Resilience.Http.Endpoints;

/// <summary>One address of a service as the settings have it now.</summary>
internal sealed class Endpoint
{
    public Endpoint(HttpEndpoint settings, string? baseHost, EndpointState state)
    {
        Identity = EndpointIdentity.Of(settings);
        Authority = Requests.Authority.From(settings.Address);
        Prefix = EndpointIdentity.PrefixOf(settings.Address);
        Path = settings.Address.AbsolutePath.TrimEnd('/');
        Address = new Uri($"{Prefix}/");
        HostHeader = settings.HostName ?? (UriRouter.IsAddress(settings.Address) ? baseHost : null);
        Weight = settings.Weight;
        Order = settings.Order;
        State = state;
    }

    public string Identity { get; }

    /// <summary>Scheme, host and port, as circuits and telemetry name them.</summary>
    public string Authority { get; }

    /// <summary>Authority and base path, without the final <c>/</c>.</summary>
    public string Prefix { get; }

    /// <summary>The base path, without the final <c>/</c>.</summary>
    public string Path { get; }

    /// <summary>The endpoint as a URI, spelled as its circuit is.</summary>
    public Uri Address { get; }

    /// <summary>The <c>Host</c> header of its requests; <see langword="null"/> if it is that of the address.</summary>
    public string? HostHeader { get; }

    public int Weight { get; }

    public int Order { get; }

    public EndpointState State { get; }
}
