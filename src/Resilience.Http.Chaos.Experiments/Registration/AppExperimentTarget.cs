using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Chaos.Experiments.Steps;
using Resilience.Http.Chaos.Experiments.Traffic;
using Resilience.Http.Chaos.Injection;
using Resilience.Http.CircuitBreaker.States;

namespace Resilience.Http.Chaos.Experiments.Registration;

/// <summary>The app of this container, for the experiments that run in it.</summary>
internal sealed class AppExperimentTarget(IFaultControl faults, ClientTraffic traffic, IServiceProvider root) : IExperimentTarget
{
    public TrafficWatch Watch(string client) => traffic.Client(client).Watch();

    public string CircuitState(string client, string? authority)
    {
        var circuit = root.GetService<ICircuitRegistry>()?.Find(client, authority);
        return circuit?.State.Text() ?? throw new InvalidOperationException(authority is null
            ? $"No circuit was found for '{client}': no resilient client has that name, its circuit breaker is turned off, or it has no " +
                $"base address and was not used yet."
            : $"No circuit was found for '{client}' and {authority}.");
    }

    public IReadOnlyList<string> ConfiguredFaults() => faults.ConfiguredFaults();

    public bool SetFaults(string client, HttpChaosClientOptions options, CancellationToken cancellationToken) =>
        faults.SetFaults(client, options, cancellationToken);

    public long? ClearFaults(string client) => faults.ClearFaults(client);

    public IReadOnlyList<string> ClientsWithFaults() => faults.ClientsWithFaults();

    public string? FaultsHeldBack() => faults.FaultsHeldBack();
}
