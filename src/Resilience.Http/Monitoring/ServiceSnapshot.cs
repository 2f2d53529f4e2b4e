namespace Resilience.Http;

/// <summary>The state of a service at one time.</summary>
public sealed record ServiceSnapshot
{
    /// <summary>The name of the client.</summary>
    public required string ServiceName { get; init; }

    /// <summary>Whether the chain is active. If not, calls bypass it, and nothing is counted.</summary>
    public required bool Enabled { get; init; }

    /// <summary>The circuits, by authority; none if the circuit breaker is switched off or no call was made yet.</summary>
    public required IReadOnlyList<CircuitSnapshot> Circuits { get; init; }

    /// <summary>The traffic of the last complete seconds, the oldest first: at most 60, fewer in the first minute.</summary>
    public required IReadOnlyList<TrafficSecond> LastMinute { get; init; }

    /// <summary>How long the calls of the last minute took; <see langword="null"/> if none has ended.</summary>
    public CallLatency? Latency { get; init; }

    /// <summary>How many retries the budget holds now; <see langword="null"/> if retry or its budget is switched off.</summary>
    public double? RetryBudget { get; init; }

    /// <summary>How many retries the budget can hold; <see langword="null"/> if retry or its budget is switched off.</summary>
    public int? RetryBudgetCapacity { get; init; }

    /// <summary>How many requests are in flight; <see langword="null"/> if no feature that counts them is switched on.</summary>
    public long? InFlight { get; init; }

    /// <summary>How many requests may be in flight at a time, for all authorities; <see langword="null"/> if there is no limit.</summary>
    public long? InFlightLimit { get; init; }

    /// <summary>
    /// Why a limit last rejected a request, in words; <see langword="null"/> if none did since the start. The limit may be that of requests
    /// in flight, a rate, the quota of a fleet, or a wait that the service asked for.
    /// </summary>
    public string? LimitRejection { get; init; }

    /// <summary>How many trials decide about a half-open circuit; <see langword="null"/> if the circuit breaker is switched off.</summary>
    public int? HalfOpenMaxCalls { get; init; }

    /// <summary>
    /// The length of the first break of a circuit, without its random part; <see langword="null"/> if the circuit breaker is switched off.
    /// </summary>
    public TimeSpan? RecoveryTimeout { get; init; }

    /// <summary>
    /// The length of the longest break of a circuit, without its random part of up to 10 %; <see langword="null"/> if the circuit breaker
    /// is switched off. A <c>Retry-After</c> of the service may be longer.
    /// </summary>
    public TimeSpan? MaxRecoveryTimeout { get; init; }

    /// <summary>
    /// The last transitions of its circuits, the newest first: at most 20. The one that began an outage is kept until the outage ends. If
    /// the wall clock was set, their times are set with it.
    /// </summary>
    public required IReadOnlyList<CircuitTransition> Transitions { get; init; }

    /// <summary>The handlers that a call passes, outermost first, by their short names: <c>Tracing</c>, <c>Fallback</c>.</summary>
    public required IReadOnlyList<string> Chain { get; init; }

    /// <summary>The faults that are injected on purpose, in words; <see langword="null"/> if there are none.</summary>
    public string? InjectedFaults { get; init; }

    /// <summary>How the replicas of a fleet hold its circuits, in words; <see langword="null"/> if they do not share them.</summary>
    public string? Fleet { get; init; }
}
