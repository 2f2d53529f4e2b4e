using System.Diagnostics.CodeAnalysis;

namespace Resilience.Http.ServiceDiscovery;

/// <summary>Endpoints are the same if all that the chain reads of them is.</summary>
internal sealed class SameEndpoint : IEqualityComparer<HttpEndpoint>
{
    public static readonly SameEndpoint Instance = new();

    public bool Equals(HttpEndpoint? x, HttpEndpoint? y) => x?.Address == y?.Address && x?.HostName == y?.HostName;

    public int GetHashCode([DisallowNull] HttpEndpoint obj) => obj.Address.GetHashCode();
}
