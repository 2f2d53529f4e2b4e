namespace Resilience.Http;

/// <summary>A circuit went from one state to another.</summary>
public sealed record CircuitTransition
{
    /// <summary>The name the client is registered under.</summary>
    public required string ServiceName { get; init; }

    /// <summary>Scheme, host and port of the service, or <c>*</c> for the one circuit of a whole service.</summary>
    public required string Authority { get; init; }

    /// <summary>The state before.</summary>
    public required CircuitState From { get; init; }

    /// <summary>The state now.</summary>
    public required CircuitState To { get; init; }

    /// <summary>Why: the rule that tripped, with its figures, or what somebody gave as the reason.</summary>
    public required string Reason { get; init; }

    /// <summary>When it happened. For a break that ended while nobody called, that is its end and not the moment somebody looked.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// The id of the trace in which it happened, as W3C Trace Context writes it; <see langword="null"/> if there was none, as for a break
    /// that ended while nobody called.
    /// </summary>
    public string? TraceId { get; init; }
}
