namespace Resilience.Http;

/// <summary>A change of the state of a circuit.</summary>
public sealed record CircuitTransition
{
    /// <summary>The name of the client.</summary>
    public required string ServiceName { get; init; }

    /// <summary>The scheme, host and port of the service, or <c>*</c> if the service has a single circuit.</summary>
    public required string Authority { get; init; }

    /// <summary>The previous state.</summary>
    public required CircuitState From { get; init; }

    /// <summary>The new state.</summary>
    public required CircuitState To { get; init; }

    /// <summary>The reason: the rule that tripped, with its figures, or the reason that was given for an isolation or a reset.</summary>
    public required string Reason { get; init; }

    /// <summary>When it happened. If a break ended without a call, this is the end of the break.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// The ID of the trace in which it happened, in the form of W3C Trace Context. It is <see langword="null"/> if there was none, for
    /// example if a break ended without a call.
    /// </summary>
    public string? TraceId { get; init; }
}
