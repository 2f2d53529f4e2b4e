using System.Text.Json.Nodes;

namespace Resilience.Http;

/// <summary>What one step of an experiment came to.</summary>
public sealed class ChaosStepResult
{
    internal ChaosStepResult(ChaosActivity activity, DateTimeOffset startedAt) => (Activity, StartedAt) = (activity, startedAt);

    /// <summary>The step.</summary>
    public ChaosActivity Activity { get; }

    /// <summary>When it began, its pause before not included.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>How long it took, its pauses not included.</summary>
    public TimeSpan Duration { get; internal set; }

    /// <summary>What a probe measured or an action reported; <see langword="null"/> for nothing.</summary>
    public JsonNode? Output { get; internal set; }

    /// <summary>Whether the value was what the probe's tolerance asks; <see langword="null"/> where there is none to ask.</summary>
    public bool? ToleranceMet { get; internal set; }

    /// <summary>What it ended with; <see langword="null"/> if it ended well.</summary>
    public Exception? Exception { get; internal set; }

    /// <summary>Whether it ended without an exception. A probe that did may still not have met its tolerance.</summary>
    public bool Succeeded => Exception is null;
}
