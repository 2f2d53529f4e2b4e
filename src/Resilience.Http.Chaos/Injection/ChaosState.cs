using Microsoft.Extensions.Logging;
using Resilience.Http.Chaos.Faults;
using Resilience.Http.Chaos.Gates;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Chaos.Injection;

/// <summary>
/// What is in force in this process: the last good options, and the faults that experiments have put over them.
/// Every change computes the affected clients' <see cref="ChaosClient.Active"/> again.
/// </summary>
internal sealed class ChaosState(ResilienceRuntime host, string environment) : IInjectedFaults
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ChaosClient> _clients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (FaultPlan Plan, bool Dry)> _experiments = new(StringComparer.Ordinal);
    private readonly ILogger _log = host.CreateLogger(ChaosLog.Category);
    private HttpChaosOptions _options = new();
    private ChaosGates _gates = new(new HttpChaosOptions(), environment);
    private long _edition;

    public ChaosClient Client(string name)
    {
        lock (_lock)
        {
            if (!_clients.TryGetValue(name, out var client))
            {
                _clients.Add(name, client = new ChaosClient(name));
                RefreshNeedsLock(client);
            }

            return client;
        }
    }

    /// <summary>Puts options in force that were found good.</summary>
    /// <returns>False if a later edition overtook them.</returns>
    public bool TryUse(HttpChaosOptions options, long edition)
    {
        var gates = new ChaosGates(options, environment);
        lock (_lock)
        {
            if (edition < _edition)
            {
                return false;
            }

            _edition = edition;
            _options = options;
            _gates = gates;
            foreach (var client in _clients.Values)
            {
                RefreshNeedsLock(client);
            }

            return true;
        }
    }

    /// <summary>The faults of the options that are injected now, in words.</summary>
    public IReadOnlyList<string> ConfiguredFaults()
    {
        var now = host.Clock.GetUtcNow();
        lock (_lock)
        {
            return _options.DryRun || _gates.At(now) != ChaosGate.None ? [] : [.. FaultSummary.For(_options)];
        }
    }

    public string? Describe(string serviceName)
    {
        var now = host.Clock.GetUtcNow();
        lock (_lock)
        {
            return _options.DryRun || _gates.At(now) != ChaosGate.None
                ? null
                : (_experiments.GetValueOrDefault(serviceName).Plan ?? PlanNeedsLock(serviceName))?.ToString();
        }
    }

    /// <summary>Puts faults on a client in place of those of the options.</summary>
    /// <returns>Whether they are injected; false in a dry run.</returns>
    /// <exception cref="InvalidOperationException">A gate is closed: nothing would be injected.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled. Nothing was set, so that clearing faults after the
    /// cancellation finds all there will be.</exception>
    public bool SetFaults(string client, HttpChaosClientOptions faults, CancellationToken cancellationToken)
    {
        var plan = FaultPlan.From(faults) ?? throw new InvalidOperationException(
            $"The faults for '{client}' would affect no calls. Give at least one of Latency, Abort and SlowBody a Percentage above 0.");
        var now = host.Clock.GetUtcNow();
        bool dryRun;
        lock (_lock)
        {
            var gate = _gates.At(now);
            if (gate != ChaosGate.None)
            {
                throw new InvalidOperationException(
                    $"The faults for '{client}' were not set because nothing would be injected: {_gates.Words(gate)}.");
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (_experiments.TryGetValue(client, out var before))
            {
                plan.CountOnFrom(before.Plan);
            }

            dryRun = _options.DryRun;
            _experiments[client] = (plan, dryRun);
            RefreshNeedsLock(client);
        }

        _log.FaultsSet(client, plan);
        return !dryRun;
    }

    /// <summary>
    /// Removes the faults of <see cref="SetFaults"/> and returns how many calls they affected; <see langword="null"/> if there were none.
    /// </summary>
    public long? ClearFaults(string client)
    {
        FaultPlan plan;
        lock (_lock)
        {
            if (!_experiments.Remove(client, out var faults))
            {
                return null;
            }

            plan = faults.Plan;
            RefreshNeedsLock(client);
        }

        _log.FaultsCleared(client, plan.Struck);
        return plan.Struck;
    }

    /// <summary>The clients with faults that <see cref="SetFaults"/> put there.</summary>
    public IReadOnlyList<string> ClientsWithFaults()
    {
        lock (_lock)
        {
            return [.. _experiments.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>
    /// Why the faults of <see cref="SetFaults"/> are no longer injected: a gate that closed, or a dry run that began.
    /// <see langword="null"/> if they are injected, or if there are none.
    /// </summary>
    public string? FaultsHeldBack()
    {
        var now = host.Clock.GetUtcNow();
        lock (_lock)
        {
            var gate = _experiments.Count == 0 ? ChaosGate.None : _gates.At(now);
            if (gate != ChaosGate.None)
            {
                return _gates.Words(gate);
            }

            return _options.DryRun && _experiments.Values.Any(static faults => !faults.Dry) ? "ResilientHttpChaos:DryRun is true" : null;
        }
    }

    private void RefreshNeedsLock(string name)
    {
        if (_clients.TryGetValue(name, out var client))
        {
            RefreshNeedsLock(client);
        }
    }

    private void RefreshNeedsLock(ChaosClient client)
    {
        var plan = _gates.Standing == ChaosGate.None
            ? _experiments.GetValueOrDefault(client.Name).Plan ?? PlanNeedsLock(client.Name)
            : null;
        client.Active = plan is null
            ? null
            : new ActiveChaos(plan, _gates, _options.DryRun, _options.MaxActiveFaults ?? int.MaxValue, _options.Chance ?? host.Chance);
    }

    private FaultPlan? PlanNeedsLock(string client)
    {
        var own = _options.Clients.TryGetValue(client, out var options) ? options : null;
        var shared = _options.Everyone is not { } everyone ? null : FaultPlan.From(new HttpChaosClientOptions
        {
            Latency = own?.Latency is null ? everyone.Latency : null,
            Abort = own?.Abort is null ? everyone.Abort : null,
            SlowBody = own?.SlowBody is null ? everyone.SlowBody : null,
            // what a client says of itself is meant for all of its faults, what is said of all not for its own
            Match = own?.Match ?? everyone.Match,
        });
        return FaultPlan.From(own, shared);
    }
}
