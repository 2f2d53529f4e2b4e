namespace Resilience.Http;

/// <summary>The state of a circuit at one time.</summary>
public sealed record CircuitSnapshot
{
    /// <summary>The name of the client.</summary>
    public required string ServiceName { get; init; }

    /// <summary>
    /// The scheme, host and port of the service, in lower case and without the default port: <c>https://payments.internal</c>. It is
    /// <c>*</c> if the client has a single circuit (<see cref="HttpCircuitBreakerScope.Service"/>).
    /// </summary>
    public required string Authority { get; init; }

    /// <summary>
    /// The state. A circuit whose break has ended is <see cref="CircuitState.HalfOpen"/>, even if no call has come since.
    /// </summary>
    public required CircuitState State { get; init; }

    /// <summary>
    /// Whether the state has an effect on calls. With <see cref="HttpCircuitBreakerMode.Observe"/> calls go through in every state, and the
    /// other figures say what would happen to them with <see cref="HttpCircuitBreakerMode.Enforce"/>, the default.
    /// </summary>
    public HttpCircuitBreakerMode Mode { get; init; }

    /// <summary>
    /// When the state began. If the wall clock was set since then, this time is set with it, so that it is as long ago as it really is.
    /// </summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>
    /// When the circuit left the closed state; <see langword="null"/> if it is closed. Trials that fail begin a new state, but they do not
    /// change this time.
    /// </summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>
    /// How long calls are refused, as in <see cref="CircuitOpenException.RetryAfter"/>. For a half-open circuit, this is the longest
    /// possible time. It is <see langword="null"/> if a call would be let through now, or if only a reset ends the state.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// The number of consecutive failures since the last success. If the circuit is not closed, this and the next three figures are those
    /// at the time at which it left the closed state.
    /// </summary>
    public int ConsecutiveFailures { get; init; }

    /// <summary>The number of results in the sampling window.</summary>
    public long Throughput { get; init; }

    /// <summary>The share of failures in the sampling window, 0 to 1.</summary>
    public double FailureRatio { get; init; }

    /// <summary>The share of slow results in the sampling window, 0 to 1.</summary>
    public double SlowRatio { get; init; }

    /// <summary>
    /// The last failure that counted, in a few words; <see langword="null"/> if there was none since the start or the last reset.
    /// </summary>
    public string? LastFailure { get; init; }

    /// <summary>Why the circuit is in this state; <see langword="null"/> if it was never in another one.</summary>
    public string? Reason { get; init; }

    /// <summary>The break has ended and calls have come since, but no trial has succeeded yet.</summary>
    internal bool OutageGoesOn { get; init; }
}
