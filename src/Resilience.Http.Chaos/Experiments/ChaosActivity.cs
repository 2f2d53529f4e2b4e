using System.Text.Json.Nodes;
using Resilience.Http.Chaos.Experiments.Running;
using Resilience.Http.Chaos.Experiments.Toolkit;

namespace Resilience.Http;

/// <summary>One step of an experiment: a <see cref="ChaosProbe"/> looks, a <see cref="ChaosAction"/> changes something.</summary>
public abstract class ChaosActivity
{
    private protected ChaosActivity(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>What the step is called in progress, result and journal.</summary>
    public string Name { get; }

    /// <summary>How long to wait before the step.</summary>
    /// <value>Default: no time. Allowed: up to 49 days.</value>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or longer.</exception>
    public TimeSpan PauseBefore
    {
        get;
        init => field = TimerTime.Wait(value);
    }

    /// <summary>How long to wait after the step.</summary>
    /// <value>Default: no time. Allowed: up to 49 days.</value>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or longer.</exception>
    public TimeSpan PauseAfter
    {
        get;
        init => field = TimerTime.Wait(value);
    }

    /// <summary>
    /// Whether the next step begins at once, while this one still runs; neither waits for the other to have begun. The method ends when its last
    /// background step has ended. Has no meaning for the checks of the steady state and the rollbacks, which run one after the other.
    /// </summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool Background { get; init; }

    /// <summary>The JSON that the step was read from; <see langword="null"/> for one written in code.</summary>
    internal LocatedJson? Source { get; init; }

    /// <summary><c>probe</c> or <c>action</c>, as the journal says it.</summary>
    internal abstract string Kind { get; }

    internal abstract ValueTask<JsonNode?> RunAsync(ExperimentServices tools, CancellationToken cancellationToken);
}
