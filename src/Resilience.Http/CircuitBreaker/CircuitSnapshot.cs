namespace Resilience.Http;

/// <summary>A circuit as it stood at one moment.</summary>
public sealed record CircuitSnapshot
{
    /// <summary>The name the client is registered under.</summary>
    public required string ServiceName { get; init; }

    /// <summary>
    /// Scheme, host and port of the service, lower case, the default port left out: <c>https://payments.internal</c>. It is <c>*</c>
    /// for the one circuit of a client with <see cref="HttpCircuitBreakerScope.Service"/>.
    /// </summary>
    public required string Authority { get; init; }

    /// <summary>
    /// The state. A circuit whose break has ended is <see cref="CircuitState.HalfOpen"/>, whether anybody called it since or not.
    /// </summary>
    public required CircuitState State { get; init; }

    /// <summary>When the state began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>
    /// When the circuit left the closed state; <see langword="null"/> if it is closed. Trials that fail begin a new state, but they do not
    /// change this time.
    /// </summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>
    /// How long calls are refused, as in <see cref="CircuitOpenException.RetryAfter"/>: of a half-open circuit at the longest.
    /// <see langword="null"/> where a call would be let through now, or where nothing ends the state by itself.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// How many failures in a row were counted since the last success. If the circuit is not closed, this and the next three figures are
    /// those of the moment at which it was last closed: of an open circuit, the ones that opened it.
    /// </summary>
    public int ConsecutiveFailures { get; init; }

    /// <summary>How many results the sampling window holds.</summary>
    public long Throughput { get; init; }

    /// <summary>The share of failures in the sampling window, 0 to 1.</summary>
    public double FailureRatio { get; init; }

    /// <summary>The share of slow results in the sampling window, 0 to 1.</summary>
    public double SlowRatio { get; init; }

    /// <summary>
    /// The last failure that counted, in few words; <see langword="null"/> where there was none since the start or the last reset.
    /// </summary>
    public string? LastFailure { get; init; }

    /// <summary>Why the circuit came into this state; <see langword="null"/> for one that was never in another.</summary>
    public string? Reason { get; init; }

    /// <summary>The break has ended and calls have come since, but no trial has succeeded yet.</summary>
    internal bool OutageGoesOn { get; init; }
}
