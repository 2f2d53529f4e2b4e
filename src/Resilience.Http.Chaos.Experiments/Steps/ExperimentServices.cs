using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Http;
using Resilience.Http.Chaos.Experiments.Traffic;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Steps;

/// <summary>What the steps of an experiment work with. Outside of an app there are no clients to watch or to break.</summary>
internal sealed class ExperimentServices(TimeProvider clock, ExperimentHttp http, IExperimentTarget? app = null) : IDisposable
{
    /// <summary>In the output of a step that set faults in a dry run: the client.</summary>
    public const string DryRun = "dry_run";

    /// <summary>In the output of a step that cleared faults: how many calls they affected.</summary>
    public const string Struck = "struck";

    public TimeProvider Clock { get; } = clock;

    private IExperimentTarget App => app ?? throw new InvalidOperationException(
        "This step needs the clients, faults and circuits of an app. Use the runner that AddChaosExperiments() registers.");

    public async ValueTask<JsonNode?> AskAsync(ChaosHttpRequest request, CancellationToken cancellationToken) =>
        await http.AskAsync(request, cancellationToken).ConfigureAwait(false);

    public async ValueTask<JsonNode?> CommandAsync(ChaosHttpRequest request, CancellationToken cancellationToken) =>
        await http.CommandAsync(request, cancellationToken).ConfigureAwait(false);

    public async ValueTask<JsonNode?> SuccessRateAsync(ChaosTraffic traffic, CancellationToken cancellationToken) =>
        (await MeasureAsync(traffic, toTheEnd: true, cancellationToken).ConfigureAwait(false)).SuccessRate;

    public async ValueTask<JsonNode?> P95LatencyAsync(ChaosTraffic traffic, CancellationToken cancellationToken) =>
        (await MeasureAsync(traffic, toTheEnd: true, cancellationToken).ConfigureAwait(false)).P95.TotalSeconds;

    public async ValueTask<JsonNode?> SendsPerCallAsync(ChaosTraffic traffic, CancellationToken cancellationToken) =>
        (await MeasureAsync(traffic, toTheEnd: false, cancellationToken).ConfigureAwait(false)).SendsPerCall;

    /// <summary>Sends what the traffic says, and reports what came of it.</summary>
    public async ValueTask<JsonNode?> SendRequestsAsync(ChaosTraffic traffic, CancellationToken cancellationToken) =>
        (await MeasureAsync(traffic, toTheEnd: true, cancellationToken).ConfigureAwait(false)).ToJson();

    public async ValueTask<JsonNode?> PauseAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await Task.Delay(duration, Clock, cancellationToken).ConfigureAwait(false);
        return null;
    }

    public JsonNode? CircuitState(string client, string? authority) => App.CircuitState(client, authority);

    public JsonNode? SetFaults(string client, HttpChaosClientOptions faults, CancellationToken cancellationToken) =>
        App.SetFaults(client, faults, cancellationToken) ? null : new JsonObject { [DryRun] = client };

    public JsonNode? ClearFaults(string client) => App.ClearFaults(client) is { } struck ? new JsonObject { [Struck] = struck } : null;

    /// <summary>The faults that are injected now and that no step of the experiment has set, in words.</summary>
    public IReadOnlyList<string> ConfiguredFaults() => app?.ConfiguredFaults() ?? [];

    /// <summary>The clients on which an action has put faults that are still there.</summary>
    public IReadOnlyList<string> ClientsWithFaults() => app?.ClientsWithFaults() ?? [];

    /// <summary>Why those faults are no longer injected; <see langword="null"/> if they are, or if there are none.</summary>
    public string? FaultsHeldBack() => app?.FaultsHeldBack();

    public void Dispose() => http.Dispose();

    private async Task<TrafficSample> MeasureAsync(ChaosTraffic traffic, bool toTheEnd, CancellationToken cancellationToken)
    {
        using var watch = traffic.Client is null ? null : App.Watch(traffic.Client);
        TrafficSample? sent = null;
        if (traffic.Request is null)
        {
            await Task.Delay(traffic.Window, Clock, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            sent = await http.SendManyAsync(traffic.Request, traffic.Calls, traffic.Concurrency, cancellationToken).ConfigureAwait(false);
        }

        if (watch is null)
        {
            return sent!;
        }

        watch.Dispose();
        if (toTheEnd)
        {
            await WaitForTheLastAsync(
                watch, TimerTime.Limit(traffic.Request?.Timeout ?? traffic.Window), cancellationToken).ConfigureAwait(false);
        }

        return watch.Sample();
    }

    /// <summary>
    /// Without it a call that hangs, which ends after everything else or never, would be missing among those that failed.
    /// </summary>
    private async Task WaitForTheLastAsync(TrafficWatch watch, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await watch.NoneRuns.WaitAsync(patience, Clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // What still runs has failed: the sample says so.
        }
    }
}
