using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Steps;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http;

/// <summary>One step of an experiment: a <see cref="ChaosProbe"/> measures, a <see cref="ChaosAction"/> changes something.</summary>
public abstract class ChaosActivity
{
    private protected ChaosActivity(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>The name of the step in progress, result and journal.</summary>
    public string Name { get; }

    /// <summary>How long to wait before the step.</summary>
    /// <value>Default: zero. Allowed: up to 49 days.</value>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or longer.</exception>
    public TimeSpan PauseBefore
    {
        get;
        init => field = TimerTime.Wait(value);
    }

    /// <summary>How long to wait after the step.</summary>
    /// <value>Default: zero. Allowed: up to 49 days.</value>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or longer.</exception>
    public TimeSpan PauseAfter
    {
        get;
        init => field = TimerTime.Wait(value);
    }

    /// <summary>
    /// Whether the next step starts while this one still runs; neither waits for the other to start. The method ends when its last
    /// background step has ended. Ignored for the checks of the steady state and for rollbacks, which run one after the other.
    /// </summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Background { get; init; }

    /// <summary>The JSON that the step was read from; <see langword="null"/> for a step in code.</summary>
    internal LocatedJson? Source { get; init; }

    /// <summary><c>probe</c> or <c>action</c>, as in the journal.</summary>
    internal abstract string Kind { get; }

    internal abstract ValueTask<JsonNode?> RunAsync(ExperimentServices tools, CancellationToken cancellationToken);
}
