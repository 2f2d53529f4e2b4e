using Resilience.Http.Chain;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Fleet.Running;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Fleet.Registration;

/// <summary>The circuits of the clients that share them, as the settings in force say it.</summary>
internal sealed class ContainerCircuitSource(ServiceStateStore services) : ICircuitSource
{
    public IReadOnlyList<string> Services => [.. Shared.Select(static service => service.Name).Order(StringComparer.Ordinal)];

    public IEnumerable<(Circuit Circuit, HttpFleetOptions Options)> Circuits =>
        from service in Shared
        from circuit in ServiceCircuits.GetOrCreate(service).Current()
        select (circuit, service.Options.Fleet);

    private IEnumerable<ServiceState> Shared => services.All.Where(
        static service => service.Options is { Enabled: true, CircuitBreaker.Enabled: true, Fleet.Enabled: true });

    public bool Has(string serviceName) => Shared.Any(service => service.Name == serviceName);
}
