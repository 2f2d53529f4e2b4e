using Resilience.Http.Settings;

namespace Resilience.Http.ClientSettings;

/// <summary>The keys of a client's section, in the order in which a call meets what they set.</summary>
internal static class ResilientHttpClientOptionsKeys
{
    public static readonly OptionsSchema<ResilientHttpClientOptions> Keys = new OptionsSchema<ResilientHttpClientOptions>()
        .Key(nameof(ResilientHttpClientOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, BooleanFormat.Instance,
            "Whether the chain is active. If false, calls bypass all its handlers.")
        .Key(
            nameof(ResilientHttpClientOptions.BaseAddress), o => o.BaseAddress, (o, value) => o.BaseAddress = value, AddressFormat.Instance,
            "The base address of the client.")
        .Key(
            nameof(ResilientHttpClientOptions.TotalTimeout),
            o => o.TotalTimeout,
            (o, value) => o.TotalTimeout = value,
            DurationFormat.OrOff(),
            "The deadline of the whole call, up to its response headers, including all attempts, waits and Retry-After.",
            follows: "or AttemptTimeout if that is longer",
            isSet: o => o.TotalTimeoutIsSet)
        .Key(
            nameof(ResilientHttpClientOptions.AttemptTimeout),
            o => o.AttemptTimeout,
            (o, value) => o.AttemptTimeout = value,
            DurationFormat.OrOff(),
            "The limit of each attempt, or of each send if the attempt is hedged, up to its response headers.",
            follows: "or TotalTimeout if that is shorter",
            isSet: o => o.AttemptTimeoutIsSet)
        .Key(
            nameof(ResilientHttpClientOptions.BodyIdleTimeout),
            o => o.BodyIdleTimeout,
            (o, value) => o.BodyIdleTimeout = value,
            DurationFormat.OrOff(),
            "The longest wait for more bytes while a response body is read.")
        .CodeOnly(
            nameof(ResilientHttpClientOptions.ClassifyOutcome),
            "A delegate that judges attempts. If it returns null, the tables on the retry page apply.",
            isSet: o => o.ClassifyOutcome is not null)
        .Section(
            nameof(ResilientHttpClientOptions.Tracing),
            o => o.Tracing,
            HttpTracingOptionsKeys.Keys,
            "Records the span and the duration of a call.")
        .Section(nameof(ResilientHttpClientOptions.Fallback), o => o.Fallback, HttpFallbackOptionsKeys.Keys, "Answers calls that failed.")
        .Section(
            nameof(ResilientHttpClientOptions.Deadline),
            o => o.Deadline,
            HttpDeadlineOptionsKeys.Keys,
            "Passes the deadline of a call on to the service.")
        .Section(
            nameof(ResilientHttpClientOptions.Retry), o => o.Retry, HttpRetryOptionsKeys.Keys, "Repeats attempts that failed temporarily.")
        .Section(
            nameof(ResilientHttpClientOptions.Hedging),
            o => o.Hedging,
            HttpHedgingOptionsKeys.Keys,
            "Sends another request beside a slow one.")
        .Section(
            nameof(ResilientHttpClientOptions.Endpoints),
            o => o.Endpoints,
            HttpEndpointsOptionsKeys.Keys,
            "Chooses among several addresses of the service.")
        .Section(
            nameof(ResilientHttpClientOptions.RateLimit), o => o.RateLimit, HttpRateLimitOptionsKeys.Keys, "Paces what is sent.")
        .Section(
            nameof(ResilientHttpClientOptions.ConcurrencyLimit),
            o => o.ConcurrencyLimit,
            HttpConcurrencyLimitOptionsKeys.Keys,
            "Bounds the requests in flight.")
        .Section(
            nameof(ResilientHttpClientOptions.CircuitBreaker),
            o => o.CircuitBreaker,
            HttpCircuitBreakerOptionsKeys.Keys,
            "Refuses calls to a service that is down.")
        .Section(
            nameof(ResilientHttpClientOptions.Fleet),
            o => o.Fleet,
            HttpFleetOptionsKeys.Keys,
            "Shares circuits among all replicas of the app.")
        .Rule(
            nameof(ResilientHttpClientOptions.AttemptTimeout),
            o => o.AttemptTimeoutIsSet && o.AttemptTimeout > o.TotalTimeout && o.TotalTimeout != Timeout.InfiniteTimeSpan,
            "is longer than",
            nameof(ResilientHttpClientOptions.TotalTimeout));
}
