using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Traffic;

namespace Resilience.Http.Chaos.Experiments.Running;

/// <summary>What the steps of an experiment work with. Outside of an app there are no clients to watch or to break.</summary>
internal sealed class ExperimentTools(TimeProvider clock, ExperimentHttp http, IExperimentedApp? app = null)
{
    public TimeProvider Clock { get; } = clock;

    public ExperimentHttp Http { get; } = http;

    private IExperimentedApp App => app ?? throw new InvalidOperationException(
        "This step needs an app: its clients, faults and circuits. Run it with the runner that AddChaosExperiments() registers.");

    public async Task<TrafficSample> MeasureAsync(ChaosTraffic traffic, CancellationToken cancellationToken)
    {
        using var watch = traffic.Client is null ? null : App.Watch(traffic.Client);
        if (traffic.Request is null)
        {
            await Task.Delay(traffic.Window, Clock, cancellationToken).ConfigureAwait(false);
            return watch!.Sample();
        }

        var sent = await Http.SendManyAsync(traffic.Request, traffic.Calls, traffic.Concurrency, cancellationToken).ConfigureAwait(false);
        return watch?.Sample() ?? sent;
    }

    public JsonNode CircuitState(string client, string? authority) => App.CircuitState(client, authority);

    public void SetFaults(string client, HttpClientChaosOptions faults) => App.SetFaults(client, faults);

    public void ClearFaults(string client) => App.ClearFaults(client);

    /// <summary>The clients on which an action has put faults that are still there.</summary>
    public IReadOnlyList<string> ClientsWithFaults() => app?.ClientsWithFaults() ?? [];
}
