using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.Chaos.Experiments.Running;
using Resilience.Http.Chaos.Experiments.Traffic;
using Resilience.Http.Chaos.Injection;
using Resilience.Http.Chaos.Settings;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Pipeline;
using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Registration;

/// <summary>The app of this container, for the experiments that run in it.</summary>
internal sealed class AppExperimentTarget(ChaosSettings settings, ChaosState state, IServiceProvider root) : IExperimentTarget
{
    private readonly ILogger _log = root.GetRequiredService<ResilienceRuntime>().Loggers.CreateLogger(ChaosLog.Category);

    public TrafficWatch Watch(string client) => state.Watch(client);

    public string CircuitState(string client, string? authority)
    {
        var circuit = root.GetService<ICircuitRegistry>()?.Find(client, authority);
        return circuit?.State.Text() ?? throw new InvalidOperationException(authority is null
            ? $"There is no circuit of '{client}': no resilient client has that name, its breaker is switched off, or it has no base address and was not used yet."
            : $"There is no circuit of '{client}' for {authority}.");
    }

    public bool SetFaults(string client, HttpChaosClientOptions faults, CancellationToken cancellationToken)
    {
        settings.Start();
        var reading = new OptionsReadResult(client);
        HttpChaosClientOptionsKeys.Keys.Check(faults, prefix: "", reading);
        FaultRules.Check(faults, client, reading);
        if (reading.Mistakes.Count > 0)
        {
            throw new InvalidOperationException($"The faults for '{client}' are wrong: {string.Join("; ", reading.Mistakes)}.");
        }

        var injected = state.SetFaults(client, faults, cancellationToken);
        foreach (var (path, percentage) in FaultRules.LikelyShares(faults, client))
        {
            _log.PercentageLooksLikeShare(path, percentage, percentage * 100);
        }

        return injected;
    }

    public long? ClearFaults(string client) => state.ClearFaults(client);

    public IReadOnlyList<string> ClientsWithFaults() => state.ClientsWithFaults();

    public string? FaultsHeldBack() => state.FaultsHeldBack();
}
