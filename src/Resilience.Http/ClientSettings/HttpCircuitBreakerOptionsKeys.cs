using Resilience.Http.Settings;

namespace Resilience.Http.ClientSettings;

internal static class HttpCircuitBreakerOptionsKeys
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    public static readonly OptionsSchema<HttpCircuitBreakerOptions> Keys = new OptionsSchema<HttpCircuitBreakerOptions>()
        .Key(nameof(HttpCircuitBreakerOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, BooleanFormat.Instance,
            "Whether the circuit breaker is active.")
        .Key(
            nameof(HttpCircuitBreakerOptions.Scope),
            o => o.Scope,
            (o, value) => o.Scope = value,
            EnumFormat<HttpCircuitBreakerScope>.Instance,
            "Whether each scheme, host and port has its own circuit, or all share one.")
        .Key(nameof(HttpCircuitBreakerOptions.Mode), o => o.Mode, (o, value) => o.Mode = value, EnumFormat<HttpCircuitBreakerMode>.Instance,
            "Whether an open circuit refuses calls, or only reports what it would refuse.")
        .Key(
            nameof(HttpCircuitBreakerOptions.Rejection),
            o => o.Rejection,
            (o, value) => o.Rejection = value,
            EnumFormat<HttpRejection>.Instance,
            "Whether a refused call gets an exception or a 503 response.")
        .Key(
            nameof(HttpCircuitBreakerOptions.FailureThreshold),
            o => o.FailureThreshold,
            (o, value) => o.FailureThreshold = value,
            new IntegerFormat(0, 1_000_000),
            "How many failures in a row open the circuit; 0 disables this rule.")
        .Key(
            nameof(HttpCircuitBreakerOptions.FailureRatio),
            o => o.FailureRatio,
            (o, value) => o.FailureRatio = value,
            new NumberFormat(0, 1),
            "The share of failures in the sampling window that opens the circuit; 0 disables this rule.")
        .Key(
            nameof(HttpCircuitBreakerOptions.MinimumThroughput),
            o => o.MinimumThroughput,
            (o, value) => o.MinimumThroughput = value,
            new IntegerFormat(1, 1_000_000),
            "How many results the sampling window must hold before a share can open the circuit.")
        .Key(
            nameof(HttpCircuitBreakerOptions.SamplingWindow),
            o => o.SamplingWindow,
            (o, value) => o.SamplingWindow = value,
            DurationFormat.From(TimeSpan.FromMilliseconds(100)),
            "The time over which shares are computed.")
        .Key(
            nameof(HttpCircuitBreakerOptions.SlowCallDuration),
            o => o.SlowCallDuration,
            (o, value) => o.SlowCallDuration = value,
            DurationFormat.OrOff(),
            "An attempt counts as slow if it takes longer than this, up to its response headers.")
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
            "The duration of the first break; up to 10 % longer at random.",
            follows: "or MaxRecoveryTimeout if that is shorter",
            isSet: o => o.RecoveryTimeoutIsSet)
        .Key(
            nameof(HttpCircuitBreakerOptions.MaxRecoveryTimeout),
            o => o.MaxRecoveryTimeout,
            (o, value) => o.MaxRecoveryTimeout = value,
            DurationFormat.From(Millisecond),
            "The longest break without a Retry-After; up to 10 % longer at random. From the third on, each break is twice as long as " +
                "the one before.",
            follows: "or RecoveryTimeout if that is longer",
            isSet: o => o.MaxRecoveryTimeoutIsSet)
        .Key(
            nameof(HttpCircuitBreakerOptions.HalfOpenMaxCalls),
            o => o.HalfOpenMaxCalls,
            (o, value) => o.HalfOpenMaxCalls = value,
            new IntegerFormat(1, 10_000),
            "How many trials decide whether a half-open circuit closes. More than half must succeed.")
        .Rule(
            nameof(HttpCircuitBreakerOptions.RecoveryTimeout),
            o => o.RecoveryTimeoutIsSet && o.RecoveryTimeout > o.MaxRecoveryTimeout,
            "is longer than",
            nameof(HttpCircuitBreakerOptions.MaxRecoveryTimeout));
}
