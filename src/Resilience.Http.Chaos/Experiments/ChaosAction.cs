using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Running;

namespace Resilience.Http;

/// <summary>A step that changes something: an injection in the method, its taking back in the rollbacks.</summary>
public sealed class ChaosAction : ChaosActivity
{
    private readonly StepDelegate _run;

    /// <summary>Makes an action of your own.</summary>
    /// <param name="name">What the action is called in progress, result and journal.</param>
    /// <param name="run">Does it. An exception ends the method, and what was injected is taken back.</param>
    /// <param name="undo">
    /// Takes it back. Called once, after the rollbacks, last action first, whenever the action has begun: also when it failed half way.
    /// <see langword="null"/> where the rollbacks of the experiment do it.
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

    /// <summary>Takes the action back; <see langword="null"/> where the rollbacks do.</summary>
    internal ChaosAction? Undo { get; }

    /// <summary>Puts faults on a client of this app, in place of those it has, until they are cleared. What is left at the end of the run is cleared by the runner.</summary>
    /// <param name="name">What the action is called.</param>
    /// <param name="client">The name of the client.</param>
    /// <param name="faults">The faults.</param>
    public static ChaosAction SetFaults(string name, string client, HttpChaosClientOptions faults)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(client);
        ArgumentNullException.ThrowIfNull(faults);
        return new(name, (tools, cancellationToken) => new(tools.SetFaults(client, faults, cancellationToken)));
    }

    /// <summary>Takes back the faults that an action of the experiment put on a client; it is then as its configuration says.</summary>
    /// <param name="name">What the action is called.</param>
    /// <param name="client">The name of the client.</param>
    public static ChaosAction ClearFaults(string name, string client)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(client);
        return new(name, (tools, _) => new(tools.ClearFaults(client)));
    }

    /// <summary>Sends one HTTP request. An answer of 400 and above is a failure of the action.</summary>
    /// <param name="name">What the action is called.</param>
    /// <param name="request">What to send.</param>
    public static ChaosAction Http(string name, ChaosHttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new(name, (tools, cancellationToken) => tools.CommandAsync(request, cancellationToken));
    }

    /// <summary>Sends requests so that the system has something to do; what is answered is reported and decides nothing.</summary>
    /// <param name="name">What the action is called.</param>
    /// <param name="traffic">What to send, made by <see cref="ChaosTraffic.To"/>.</param>
    /// <exception cref="ArgumentException">The traffic sends nothing.</exception>
    public static ChaosAction SendRequests(string name, ChaosTraffic traffic)
    {
        ArgumentNullException.ThrowIfNull(traffic);
        return traffic.Request is null
            ? throw new ArgumentException("The traffic sends nothing: make it with ChaosTraffic.To.", nameof(traffic))
            : new(name, (tools, cancellationToken) => tools.SendRequestsAsync(traffic, cancellationToken));
    }

    /// <summary>Waits.</summary>
    /// <param name="duration">How long, up to 49 days.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or longer.</exception>
    public static ChaosAction Pause(TimeSpan duration)
    {
        _ = TimerTime.Wait(duration);
        return new($"pause of {duration.TotalSeconds:0.###} s", (tools, cancellationToken) => tools.PauseAsync(duration, cancellationToken));
    }

    internal override ValueTask<JsonNode?> RunAsync(ExperimentServices tools, CancellationToken cancellationToken) => _run(tools, cancellationToken);

    private static async ValueTask<JsonNode?> NoOutput(Func<CancellationToken, ValueTask> run, CancellationToken cancellationToken)
    {
        await run(cancellationToken).ConfigureAwait(false);
        return null;
    }
}
