using System.Text.Json.Nodes;

namespace Resilience.Http;

/// <summary>The result of one step of an experiment.</summary>
public sealed class ChaosStepResult
{
    internal ChaosStepResult(ChaosActivity activity, DateTimeOffset startedAt) => (Activity, StartedAt) = (activity, startedAt);

    /// <summary>The step.</summary>
    public ChaosActivity Activity { get; }

    /// <summary>When it started, after its pause.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>How long it took, without its pauses.</summary>
    public TimeSpan Duration { get; internal set; }

    /// <summary>What a probe measured or an action reported; <see langword="null"/> for nothing.</summary>
    public JsonNode? Output { get; internal set; }

    /// <summary>Whether the value met the tolerance; <see langword="null"/> without a tolerance.</summary>
    public bool? ToleranceMet { get; internal set; }

    /// <summary>The exception it ended with; <see langword="null"/> if it succeeded.</summary>
    public Exception? Exception { get; internal set; }

    /// <summary>Whether it ended without an exception. A probe can succeed without meeting its tolerance.</summary>
    public bool Succeeded => Exception is null;
}
