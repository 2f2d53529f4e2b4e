using Microsoft.Extensions.Logging;
using Resilience.Http.Chaos.Injection;
using Resilience.Http.Chaos.Settings;
using Resilience.Http.Pipeline;
using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Registration;

/// <summary>Checks faults by the rules of configuration before they are put in force.</summary>
internal sealed class FaultControl(ChaosSettings settings, ChaosState state, ResilienceRuntime host) : IFaultControl
{
    private readonly ILogger _log = host.CreateLogger(ChaosLog.Category);

    public IReadOnlyList<string> ConfiguredFaults() => state.ConfiguredFaults();

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
