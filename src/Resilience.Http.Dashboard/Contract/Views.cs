using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Dashboard.Access;

namespace Resilience.Http.Dashboard.Contract;

/// <summary>The read model as the page gets it. All texts that may quote somebody else are redacted here, and nowhere else.</summary>
internal static class Views
{
    public static ServiceView From(ServiceSnapshot service) => new(
        Live(service), [.. service.LastMinute.Select(From)], [.. service.Transitions.Select(From)], service.Chain);

    public static LiveView Live(ServiceSnapshot service) => new()
    {
        Name = service.ServiceName,
        Enabled = service.Enabled,
        Circuits = [.. service.Circuits.Select(circuit => From(circuit, service.Transitions))],
        Second = From(service.LastMinute is [.., var last] ? last : default),
        P50 = Milliseconds(service.Latency?.P50),
        P95 = Milliseconds(service.Latency?.P95),
        P99 = Milliseconds(service.Latency?.P99),
        Budget = service.RetryBudget is { } budget ? Math.Round(budget, 1) : null,
        BudgetCapacity = service.RetryBudgetCapacity,
        InFlight = service.InFlight,
        InFlightLimit = service.InFlightLimit,
        LimitRejection = SafeText.RedactOptional(service.LimitRejection),
        Trials = service.HalfOpenMaxCalls,
        ShortestBreak = Milliseconds(service.RecoveryTimeout),
        LongestBreak = Milliseconds(service.MaxRecoveryTimeout * (1 + BreakDuration.Spread)),
        Faults = SafeText.RedactOptional(service.InjectedFaults),
        Fleet = SafeText.RedactOptional(service.Fleet),
    };

    public static TransitionView From(CircuitTransition transition) => new(
        transition.ServiceName,
        transition.Authority,
        transition.From,
        transition.To,
        SafeText.Redact(transition.Reason),
        transition.At.ToUnixTimeMilliseconds(),
        transition.TraceId);

    private static CircuitView From(CircuitSnapshot circuit, IReadOnlyList<CircuitTransition> transitions)
    {
        var opening = OpeningOf(circuit, transitions);
        return new(
            circuit.Authority,
            circuit.State,
            circuit.Mode == HttpCircuitBreakerMode.Observe ? "observe" : "enforce",
            circuit.Since.ToUnixTimeMilliseconds(),
            circuit.OpenedAt?.ToUnixTimeMilliseconds(),
            circuit.RetryAfter is { } wait ? (long)Math.Ceiling(wait.TotalMilliseconds) : null,
            SafeText.RedactOptional(circuit.Reason),
            SafeText.RedactOptional(opening?.Reason),
            opening?.To,
            SafeText.RedactOptional(circuit.LastFailure),
            circuit.ConsecutiveFailures,
            circuit.Throughput,
            Math.Round(circuit.FailureRatio, 3),
            Math.Round(circuit.SlowRatio, 3));
    }

    private static CircuitTransition? OpeningOf(CircuitSnapshot circuit, IReadOnlyList<CircuitTransition> transitions) =>
        transitions.FirstOrDefault(one =>
            one.From == CircuitState.Closed && one.At == circuit.OpenedAt && one.Authority == circuit.Authority);

    private static int[] From(TrafficSecond second) =>
        [second.Succeeded, second.Failed, second.Rejected, second.Retried, second.Hedged, second.FallbackAnswered];

    private static double? Milliseconds(TimeSpan? time) => time is { } value ? Math.Round(value.TotalMilliseconds, 1) : null;
}
