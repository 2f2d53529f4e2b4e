using Resilience.Http.CircuitBreaker;
using Resilience.Http.Fallback;
using Resilience.Http.Retry;
using Resilience.Http.Settings;
using Resilience.Http.Tracing;

namespace Resilience.Http;

/// <summary>The keys of a client's section, in the order in which a call meets what they set.</summary>
internal static class ResilientHttpClientOptionsKeys
{
    public static readonly OptionsSchema<ResilientHttpClientOptions> Keys = new OptionsSchema<ResilientHttpClientOptions>()
        .Key(nameof(ResilientHttpClientOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, BooleanFormat.Instance,
            "Whether the chain works at all: the live switch that takes every handler out of the way.")
        .Key(
            nameof(ResilientHttpClientOptions.BaseAddress), o => o.BaseAddress, (o, value) => o.BaseAddress = value, AddressFormat.Instance,
            "The base address of the client.")
        .Key(
            nameof(ResilientHttpClientOptions.TotalTimeout),
            o => o.TotalTimeout,
            (o, value) => o.TotalTimeout = value,
            DurationFormat.OrOff(),
            "The deadline of the whole call, to its response headers: all attempts, waits and Retry-After included.",
            follows: "or AttemptTimeout where that is longer",
            isSet: o => o.TotalTimeoutIsSet)
        .Key(
            nameof(ResilientHttpClientOptions.AttemptTimeout),
            o => o.AttemptTimeout,
            (o, value) => o.AttemptTimeout = value,
            DurationFormat.OrOff(),
            "The limit of each attempt, to its response headers.",
            follows: "or TotalTimeout where that is shorter",
            isSet: o => o.AttemptTimeoutIsSet)
        .Key(
            nameof(ResilientHttpClientOptions.BodyIdleTimeout),
            o => o.BodyIdleTimeout,
            (o, value) => o.BodyIdleTimeout = value,
            DurationFormat.OrOff(),
            "How long a response body may stay silent while it is read.")
        .CodeOnly(
            nameof(ResilientHttpClientOptions.ClassifyOutcome),
            "A verdict of your own on an attempt; null from it means the built-in table.",
            isSet: o => o.ClassifyOutcome is not null)
        .Section(
            nameof(ResilientHttpClientOptions.Tracing), o => o.Tracing, HttpTracingOptionsKeys.Keys, "The span and the duration of a call.")
        .Section(
            nameof(ResilientHttpClientOptions.Fallback), o => o.Fallback, HttpFallbackOptionsKeys.Keys, "The answer when all else failed.")
        .Section(
            nameof(ResilientHttpClientOptions.Retry), o => o.Retry, HttpRetryOptionsKeys.Keys, "Repeating attempts that failed in passing.")
        .Section(
            nameof(ResilientHttpClientOptions.CircuitBreaker),
            o => o.CircuitBreaker,
            HttpCircuitBreakerOptionsKeys.Keys,
            "Keeping calls away from a service that is down.")
        .Rule(
            nameof(ResilientHttpClientOptions.AttemptTimeout),
            o => o.AttemptTimeoutIsSet && o.AttemptTimeout > o.TotalTimeout && o.TotalTimeout != Timeout.InfiniteTimeSpan,
            "is longer than",
            nameof(ResilientHttpClientOptions.TotalTimeout));
}
