using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.ServiceDiscovery;
using Resilience.Http.Registration;
using Resilience.Http.ServiceDiscovery;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Finds the endpoints of resilient clients by service discovery.</summary>
public static class ResilientServiceDiscoveryHttpClientBuilderExtensions
{
    /// <summary>
    /// Finds the endpoints of this client with <c>Microsoft.Extensions.ServiceDiscovery</c>. Each endpoint has its own circuit, and a retry
    /// goes to another endpoint. In <c>ConfigureHttpClientDefaults</c>, it applies to all clients with the chain.
    /// </summary>
    /// <remarks>
    /// A client without a base address calls <c>https+http://{name}</c>. Do not call <c>AddServiceDiscovery()</c> on the client. If the app
    /// calls it on the services, its providers are used; otherwise, the instances are read from the configuration section <c>Services</c>.
    /// </remarks>
    /// <param name="builder">The builder of a client that has the chain.</param>
    /// <returns>The same builder.</returns>
    public static IHttpClientBuilder UseServiceDiscovery(this IHttpClientBuilder builder)
    {
        var client = builder.Registration();
        builder.Services.AddServiceDiscoveryCore();
        if (!builder.Services.Any(static service => service.ServiceType == typeof(IServiceEndpointProviderFactory)))
        {
            builder.Services.AddConfigurationServiceEndpointProvider();
        }

        builder.Services.TryAddSingleton<DiscoveredServices>();
        var baseAddress = BaseAddressOf(builder.Name);
        client.Configure((options, services) =>
            options.Endpoints.Source = new DiscoverySource(services.GetRequiredService<DiscoveredServices>(), baseAddress));
        client.NeedsChain = nameof(UseServiceDiscovery);
        return builder;
    }

    /// <summary>The name of the client is that of the service, if it can be a host name.</summary>
    private static Uri? BaseAddressOf(string? name) =>
        name is not null && Uri.TryCreate($"https+http://{name}/", UriKind.Absolute, out var address) ? address : null;
}
