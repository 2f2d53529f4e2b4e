using Resilience.Http.ClientSettings;

namespace Resilience.Http.ServiceDiscovery;

/// <summary>The discovered services as a client sees them.</summary>
/// <param name="Services">The services of the container.</param>
/// <param name="BaseAddress">The service that the client is named for.</param>
internal sealed record DiscoverySource(DiscoveredServices Services, Uri? BaseAddress) : IEndpointSource
{
    public ValueTask<ResolvedEndpoints?> GetAsync(Uri uri, CancellationToken cancellationToken) =>
        Services.GetAsync(uri, cancellationToken);
}
