namespace Resilience.Http.DashboardTests.Fixtures;

/// <summary>Services in the states that a person should recognize.</summary>
internal static class SampleServices
{
    private static readonly string[] Chain = ["Tracing", "Fallback", "TotalTimeout", "Retry", "CircuitBreaker", "AttemptTimeout"];

    /// <summary>An outage of payments: down for 23 seconds, the trials failed 8 seconds ago, and no fallback.</summary>
    public static IReadOnlyList<ServiceSnapshot> Outage(DateTimeOffset now) =>
    [
        Service(
            "inventory",
            now,
            CircuitState.Closed,
            second => new() { Succeeded = 14 + (second * 7 % 9), Retried = second % 17 == 0 ? 1 : 0 })
            with { Latency = Latency(12, 38, 71), InFlight = 3 },
        Service("payments", now, CircuitState.Open, second => second < 34
            ? new() { Succeeded = 9 + (second * 5 % 6) }
            : second < 37
                ? new() { Succeeded = 1, Failed = 6 + second % 3, Retried = 11 }
                : new() { Failed = second == 52 ? 2 : 0, Rejected = 10 + (second * 3 % 5) })
            with
            {
                Circuits =
                [
                    Circuit("payments", now, CircuitState.Open) with
                    {
                        Since = now.AddSeconds(-8),
                        Reason = "2 of 3 trials failed, last 503 ServiceUnavailable",
                    },
                ],
                Latency = Latency(48, 1040, 2260),
                RetryBudget = 2.4,
                InFlight = 0,
                Transitions =
                [
                    Transition("payments", now.AddSeconds(15), CircuitState.HalfOpen, CircuitState.Open)
                        with { Reason = "2 of 3 trials failed, last 503 ServiceUnavailable" },
                    Transition("payments", now.AddSeconds(15), CircuitState.Open, CircuitState.HalfOpen)
                        with { Reason = "the break has ended" },
                    Transition("payments", now, CircuitState.Closed, CircuitState.Open),
                ],
            },
        Service("recommendations", now, CircuitState.Closed, second => second % 9 == 4
            ? new() { Succeeded = 4, Failed = 1, Retried = 2, FallbackAnswered = 1 }
            : new() { Succeeded = 5 + second % 3 })
            with { Latency = Latency(95, 310, 402), RetryBudget = 71, InFlight = 1 },
    ];

    /// <summary>Many services; three of them are down.</summary>
    public static IReadOnlyList<ServiceSnapshot> Many(int count, DateTimeOffset now, int turn = 0) =>
    [
        .. Enumerable.Range(0, count).Select(i => Service(
            $"service-{i:000}",
            now,
            i % 170 == 7 ? CircuitState.Open : CircuitState.Closed,
            second => i % 170 == 7
                ? new() { Rejected = 3 + ((second + turn) % 4) }
                : new() { Succeeded = 2 + ((i + second + turn) % 11), Retried = (i + second + turn) % 23 == 0 ? 1 : 0 })),
    ];

    public static ServiceSnapshot Service(string name, DateTimeOffset now, CircuitState state, Func<int, TrafficSecond> traffic) => new()
    {
        ServiceName = name,
        Enabled = true,
        Circuits = [Circuit(name, now, state)],
        LastMinute = [.. Enumerable.Range(0, 60).Select(traffic)],
        Latency = Latency(20, 80, 190),
        RetryBudget = 100,
        RetryBudgetCapacity = 100,
        InFlight = 2,
        HalfOpenMaxCalls = 3,
        RecoveryTimeout = TimeSpan.FromSeconds(15),
        MaxRecoveryTimeout = TimeSpan.FromSeconds(30),
        Transitions = state == CircuitState.Closed ? [] : [Transition(name, now, CircuitState.Closed, state)],
        Chain = Chain,
    };

    public static CircuitTransition Transition(string name, DateTimeOffset now, CircuitState from, CircuitState to) => new()
    {
        ServiceName = name,
        Authority = $"https://{name}.internal",
        From = from,
        To = to,
        Reason = "5 consecutive failures, last 503 ServiceUnavailable",
        At = now.AddSeconds(-23),
        TraceId = "4bf92f3577b34da6a3ce929d0e0e4736",
    };

    private static CircuitSnapshot Circuit(string name, DateTimeOffset now, CircuitState state) => new()
    {
        ServiceName = name,
        Authority = $"https://{name}.internal",
        State = state,
        Since = state == CircuitState.Closed ? now.AddHours(-5).AddMinutes(-12) : now.AddSeconds(-23),
        OpenedAt = state == CircuitState.Closed ? null : now.AddSeconds(-23),
        RetryAfter = state == CircuitState.Open ? TimeSpan.FromSeconds(7) : null,
        Reason = state == CircuitState.Closed ? null : "5 consecutive failures, last 503 ServiceUnavailable",
        LastFailure = state == CircuitState.Closed ? null : "503 ServiceUnavailable",
        ConsecutiveFailures = state == CircuitState.Closed ? 0 : 5,
        Throughput = 412,
        FailureRatio = state == CircuitState.Closed ? 0.01 : 0.21,
    };

    private static CallLatency Latency(double p50, double p95, double p99) =>
        new(TimeSpan.FromMilliseconds(p50), TimeSpan.FromMilliseconds(p95), TimeSpan.FromMilliseconds(p99));
}
