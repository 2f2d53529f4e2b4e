using Resilience.Http.Settings;

namespace Resilience.Http.ClientSettings;

internal static class HttpConcurrencyLimitOptionsKeys
{
    private const int Most = 1_000_000;

    public static readonly OptionsSchema<HttpConcurrencyLimitOptions> Keys = new OptionsSchema<HttpConcurrencyLimitOptions>()
        .Key(nameof(HttpConcurrencyLimitOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, BooleanFormat.Instance,
            "Whether the number of requests in flight is limited.")
        .Key(
            nameof(HttpConcurrencyLimitOptions.Mode),
            o => o.Mode,
            (o, value) => o.Mode = value,
            EnumFormat<HttpConcurrencyLimitMode>.Instance,
            "Whether the limit is fixed, or follows the response times of the service.")
        .Key(
            nameof(HttpConcurrencyLimitOptions.Limit),
            o => o.Limit,
            (o, value) => o.Limit = value,
            new IntegerFormat(1, Most),
            "The most requests in flight. An adaptive limit stays at or below it.",
            follows: "or MinLimit if that is greater",
            isSet: o => o.LimitIsSet)
        .Key(
            nameof(HttpConcurrencyLimitOptions.MinLimit),
            o => o.MinLimit,
            (o, value) => o.MinLimit = value,
            new IntegerFormat(1, Most),
            "The lowest value of an adaptive limit.",
            follows: "or Limit if that is lower",
            isSet: o => o.MinLimitIsSet)
        .Key(
            nameof(HttpConcurrencyLimitOptions.QueueLimit),
            o => o.QueueLimit,
            (o, value) => o.QueueLimit = value,
            new IntegerFormat(0, Most),
            "How many requests may wait until another one ends. The rest is rejected.")
        .Key(
            nameof(HttpConcurrencyLimitOptions.Scope),
            o => o.Scope,
            (o, value) => o.Scope = value,
            EnumFormat<HttpConcurrencyLimitScope>.Instance,
            "Whether each scheme, host and port has its own limit, or all share one.")
        .Key(
            nameof(HttpConcurrencyLimitOptions.Rejection),
            o => o.Rejection,
            (o, value) => o.Rejection = value,
            EnumFormat<HttpRejection>.Instance,
            "Whether a rejected request gets an exception or a 503 response.")
        .Rule(
            nameof(HttpConcurrencyLimitOptions.MinLimit),
            o => o.MinLimit > o.Limit,
            "is greater than",
            nameof(HttpConcurrencyLimitOptions.Limit));
}
