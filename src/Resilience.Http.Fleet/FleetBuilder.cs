using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Resilience.Http;

/// <summary>Configures the fleet that <c>AddResilienceFleet</c> adds.</summary>
public sealed class FleetBuilder
{
    internal FleetBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services of the app, for packages that add a store.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The name of this replica in logs and records.</summary>
    /// <value>
    /// Default: the name of the machine, which in Kubernetes is the name of the pod. A random part is always added, so that the names of
    /// two processes always differ.
    /// </value>
    public string? ReplicaName { get; set; }

    /// <summary>Uses a store. If several are set, the last one is used.</summary>
    /// <param name="create">Creates the store; the container disposes it.</param>
    /// <returns>The same builder.</returns>
    public FleetBuilder UseStore(Func<IServiceProvider, IFleetStore> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        Services.Replace(ServiceDescriptor.Singleton(create));
        return this;
    }

    /// <summary> Uses an existing store, for example an <see cref="InMemoryFleetStore"/> that several hosts of a test share. </summary>
    /// <param name="store">The store; it is not disposed.</param>
    /// <returns>The same builder.</returns>
    public FleetBuilder UseStore(IFleetStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        Services.Replace(ServiceDescriptor.Singleton(store));
        return this;
    }
}
