using Resilience.Http.Settings;

namespace Resilience.Http.CircuitBreaker;

internal static class HttpCircuitBreakerOptionsKeys
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public static readonly OptionsSchema<HttpCircuitBreakerOptions> Keys = new OptionsSchema<HttpCircuitBreakerOptions>()
        .Key(nameof(HttpCircuitBreakerOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, BooleanFormat.Instance,
            "Whether there is a circuit breaker.")
        .Key(
            nameof(HttpCircuitBreakerOptions.Scope),
            o => o.Scope,
            (o, value) => o.Scope = value,
            EnumFormat<HttpCircuitBreakerScope>.Instance,
            "Whether each scheme, host and port of the service has a circuit of its own, or all share one.")
        .Key(nameof(HttpCircuitBreakerOptions.Mode), o => o.Mode, (o, value) => o.Mode = value, EnumFormat<HttpCircuitBreakerMode>.Instance,
            "Whether an open circuit refuses, or only judges, counts and reports.")
        .Key(
            nameof(HttpCircuitBreakerOptions.Rejection),
            o => o.Rejection,
            (o, value) => o.Rejection = value,
            EnumFormat<HttpCircuitBreakerRejection>.Instance,
            "Whether a refusal reaches the caller as an exception or as a 503.")
        .Key(
            nameof(HttpCircuitBreakerOptions.FailureThreshold),
            o => o.FailureThreshold,
            (o, value) => o.FailureThreshold = value,
            new IntegerFormat(0, 1_000_000),
            "How many failures in a row open the circuit; 0 switches this rule off.")
        .Key(
            nameof(HttpCircuitBreakerOptions.FailureRatio),
            o => o.FailureRatio,
            (o, value) => o.FailureRatio = value,
            new NumberFormat(0, 1),
            "The share of failures in the sampling window that opens the circuit; 0 switches this rule off.")
        .Key(
            nameof(HttpCircuitBreakerOptions.MinimumThroughput),
            o => o.MinimumThroughput,
            (o, value) => o.MinimumThroughput = value,
            new IntegerFormat(1, 1_000_000),
            "How many results the sampling window must hold before a share of it means anything.")
        .Key(
            nameof(HttpCircuitBreakerOptions.SamplingWindow),
            o => o.SamplingWindow,
            (o, value) => o.SamplingWindow = value,
            DurationFormat.From(TimeSpan.FromMilliseconds(100)),
            "The time over which shares are taken.")
        .Key(
            nameof(HttpCircuitBreakerOptions.SlowCallDuration),
            o => o.SlowCallDuration,
            (o, value) => o.SlowCallDuration = value,
            DurationFormat.OrOff(),
            "How long an attempt takes, to its response headers, to count as slow.")
        .Key(
            nameof(HttpCircuitBreakerOptions.SlowCallRatio),
            o => o.SlowCallRatio,
            (o, value) => o.SlowCallRatio = value,
            new NumberFormat(0, 1, aboveMin: true),
            "The share of slow results in the sampling window that opens the circuit.")
        .Key(
            nameof(HttpCircuitBreakerOptions.RecoveryTimeout),
            o => o.RecoveryTimeout,
            (o, value) => o.RecoveryTimeout = value,
            DurationFormat.From(Millisecond),
            "How long the first break lasts; up to 10 % longer by chance.",
            follows: "or MaxRecoveryTimeout if that is shorter",
            isSet: o => o.RecoveryTimeoutIsSet)
        .Key(
            nameof(HttpCircuitBreakerOptions.MaxRecoveryTimeout),
            o => o.MaxRecoveryTimeout,
            (o, value) => o.MaxRecoveryTimeout = value,
            DurationFormat.From(Millisecond),
            "The longest a break gets, up to 10 % longer by chance: from the third on, each is twice as long as the one before.",
            follows: "or RecoveryTimeout if that is longer",
            isSet: o => o.MaxRecoveryTimeoutIsSet)
        .Key(
            nameof(HttpCircuitBreakerOptions.HalfOpenMaxCalls),
            o => o.HalfOpenMaxCalls,
            (o, value) => o.HalfOpenMaxCalls = value,
            new IntegerFormat(1, 10_000),
            "How many trials decide whether a half-open circuit closes; more than half must succeed.")
        .Rule(
            nameof(HttpCircuitBreakerOptions.RecoveryTimeout),
            o => o.RecoveryTimeoutIsSet && o.RecoveryTimeout > o.MaxRecoveryTimeout,
            "is longer than",
            nameof(HttpCircuitBreakerOptions.MaxRecoveryTimeout));
}
