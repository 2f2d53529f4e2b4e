using Resilience.Http.Chaos.Experiments.Steps;
using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Experiments.Toolkit;

/// <summary>
/// The functions of our own provider, <c>{ "type": "resilience", "func": ..., "arguments": { ... } }</c>: what the format's Python provider
/// is to the Chaos Toolkit.
/// </summary>
internal sealed class ResilienceFunctions(Fields provider, ExperimentErrors mistakes)
{
    private static readonly string[] Probes = ["success_rate", "p95_latency", "sends_per_call", "circuit_state"];
    private static readonly string[] Actions = ["set_faults", "clear_faults", "send_requests", "pause"];

    public StepDelegate? Probe() => Read(Probes, Actions, "action", function => function switch
    {
        "success_rate" =>
            Measured(
                needsClient: false, static traffic => (tools, cancellationToken) => tools.SuccessRateAsync(traffic, cancellationToken)),
        "p95_latency" =>
            Measured(needsClient: false, static traffic => (tools, cancellationToken) => tools.P95LatencyAsync(traffic, cancellationToken)),
        "sends_per_call" =>
            Measured(
                needsClient: true, static traffic => (tools, cancellationToken) => tools.SendsPerCallAsync(traffic, cancellationToken)),
        _ => CircuitState,
    });

    public StepDelegate? Action() => Read(Actions, Probes, "probe", function => function switch
    {
        "set_faults" => SetFaults,
        "clear_faults" => ClearFaults,
        "send_requests" => SendRequests,
        _ => Pause,
    });

    private StepDelegate? Read(string[] ours, string[] theirs, string other, Func<string, Func<Fields, StepDelegate?>> find)
    {
        var function = provider.RequiredText("func", $"one of {string.Join(", ", ours)}");
        var json = provider.Required("arguments", "what the function is given");
        if (function is null || json is null)
        {
            return null;
        }

        if (!ours.Contains(function))
        {
            var near = SpellingSuggestion.To(function, ours);
            mistakes.Add(provider.Find("func")!, theirs.Contains(function)
                ? $"'{function}' belongs to a step of type \"{other}\"."
                : $"'{function}' is not a known function. Known functions: " +
                    $"{string.Join(", ", ours)}.{(near is null ? "" : $" Did you mean '{near}'?")}");
            return null;
        }

        var arguments = Fields.From(json, mistakes);
        var run = find(function)(arguments);
        arguments.RejectUnknown();
        return run;
    }

    private Func<Fields, StepDelegate?> Measured(bool needsClient, Func<ChaosTraffic, StepDelegate> measure) => arguments =>
        new TrafficReader(mistakes).Read(arguments, needsClient) is { } traffic ? measure(traffic) : null;

    private static StepDelegate? CircuitState(Fields arguments)
    {
        var client = arguments.RequiredText("client", "the name of the client");
        var authority = arguments.Text("authority");
        return client is null ? null : (tools, _) => new(tools.CircuitState(client, authority));
    }

    private StepDelegate? SetFaults(Fields arguments)
    {
        var client = arguments.RequiredText("client", "the name of the client");
        var faults = new FaultsReader(mistakes).Read(arguments.Others());
        return client is null || faults is null
            ? null
            : (tools, cancellationToken) => new(tools.SetFaults(client, faults, cancellationToken));
    }

    private static StepDelegate? ClearFaults(Fields arguments)
    {
        var client = arguments.RequiredText("client", "the name of the client");
        return client is null ? null : (tools, _) => new(tools.ClearFaults(client));
    }

    private StepDelegate? SendRequests(Fields arguments) =>
        new TrafficReader(mistakes).ReadRequests(arguments) is { } traffic
            ? (tools, cancellationToken) => tools.SendRequestsAsync(traffic, cancellationToken)
            : null;

    private static StepDelegate? Pause(Fields arguments)
    {
        _ = arguments.Required("seconds", "how long");
        return arguments.Seconds("seconds") is { } duration
            ? (tools, cancellationToken) => tools.PauseAsync(duration, cancellationToken)
            : null;
    }
}
