using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Steps;
using Resilience.Http.Chaos.Experiments.Values;
using Resilience.Http.Telemetry;

namespace Resilience.Http;

/// <summary>A step that changes something: it injects a fault in the method, or restores the system in the rollbacks.</summary>
public sealed class ChaosAction : ChaosActivity
{
    private readonly StepDelegate _run;

    /// <summary>Creates an action from a delegate.</summary>
    /// <param name="name">The name of the action in progress, result and journal.</param>
    /// <param name="run">
    /// Executes the action. If it throws, the method ends, the injected faults are removed, and the rollbacks run.
    /// </param>
    /// <param name="undo">
    /// Undoes the action. Called once, after the rollbacks, last action first, if the action has started, even if it failed.
    /// <see langword="null"/> if the rollbacks of the experiment do that.
    /// </param>
    public ChaosAction(string name, Func<CancellationToken, ValueTask> run, Func<CancellationToken, ValueTask>? undo = null)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(run);
        _run = (_, cancellationToken) => NoOutput(run, cancellationToken);
        Undo = undo is null ? null : new($"undo {name}", (_, cancellationToken) => NoOutput(undo, cancellationToken));
    }

    internal ChaosAction(string name, StepDelegate run)
        : base(name) =>
        _run = run;

    internal override string Kind => "action";

    /// <summary>Undoes the action; <see langword="null"/> if the rollbacks do that.</summary>
    internal ChaosAction? Undo { get; }

    /// <summary>
    /// Sets the faults of a client of this app, which replace its current faults until they are cleared. At the end of the run, the runner
    /// clears faults that are still set.
    /// </summary>
    /// <param name="name">The name of the action.</param>
    /// <param name="client">The name of the client.</param>
    /// <param name="faults">The faults.</param>
    public static ChaosAction SetFaults(string name, string client, HttpChaosClientOptions faults)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(client);
        ArgumentNullException.ThrowIfNull(faults);
        return new(name, (tools, cancellationToken) => new(tools.SetFaults(client, faults, cancellationToken)));
    }

    /// <summary>Clears the faults that an action of the experiment set on a client. The faults of its configuration apply again.</summary>
    /// <param name="name">The name of the action.</param>
    /// <param name="client">The name of the client.</param>
    public static ChaosAction ClearFaults(string name, string client)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(client);
        return new(name, (tools, _) => new(tools.ClearFaults(client)));
    }

    /// <summary>Sends one HTTP request. The action fails if the status is 400 or above.</summary>
    /// <param name="name">The name of the action.</param>
    /// <param name="request">What to send.</param>
    public static ChaosAction Http(string name, ChaosHttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new(name, (tools, cancellationToken) => tools.CommandAsync(request, cancellationToken));
    }

    /// <summary>Sends requests to create load. The responses are reported but not judged.</summary>
    /// <param name="name">The name of the action.</param>
    /// <param name="traffic">The requests, created by <see cref="ChaosTraffic.To"/>.</param>
    /// <exception cref="ArgumentException">The traffic sends nothing.</exception>
    public static ChaosAction SendRequests(string name, ChaosTraffic traffic)
    {
        ArgumentNullException.ThrowIfNull(traffic);
        return traffic.Request is null
            ? throw new ArgumentException("The traffic sends no requests. Create it with ChaosTraffic.To.", nameof(traffic))
            : new(name, (tools, cancellationToken) => tools.SendRequestsAsync(traffic, cancellationToken));
    }

    /// <summary>Waits.</summary>
    /// <param name="duration">How long, up to 49 days.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or longer.</exception>
    public static ChaosAction Pause(TimeSpan duration)
    {
        _ = TimerTime.Wait(duration);
        return new(
            $"pause of {DurationText.Format(duration)}", (tools, cancellationToken) => tools.PauseAsync(duration, cancellationToken));
    }

    internal override ValueTask<JsonNode?> RunAsync(ExperimentServices tools, CancellationToken cancellationToken) =>
        _run(tools, cancellationToken);

    private static async ValueTask<JsonNode?> NoOutput(Func<CancellationToken, ValueTask> run, CancellationToken cancellationToken)
    {
        await run(cancellationToken).ConfigureAwait(false);
        return null;
    }
}
