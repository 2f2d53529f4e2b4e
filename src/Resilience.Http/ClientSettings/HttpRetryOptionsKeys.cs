using Resilience.Http.Settings;

namespace Resilience.Http.ClientSettings;

internal static class HttpRetryOptionsKeys
{
    public static readonly OptionsSchema<HttpRetryOptions> Keys = new OptionsSchema<HttpRetryOptions>()
        .Key(nameof(HttpRetryOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, BooleanFormat.Instance,
            "Whether failed attempts are repeated.")
        .Key(nameof(HttpRetryOptions.MaxRetries), o => o.MaxRetries, (o, value) => o.MaxRetries = value, new IntegerFormat(0, 100),
            "How often a call is repeated at most; 3 means up to 4 attempts.")
        .Key(nameof(HttpRetryOptions.BaseDelay), o => o.BaseDelay, (o, value) => o.BaseDelay = value, DurationFormat.From(TimeSpan.Zero),
            "The wait before the first retry, before jitter.", follows: "or MaxDelay if that is shorter", isSet: o => o.BaseDelayIsSet)
        .Key(nameof(HttpRetryOptions.MaxDelay), o => o.MaxDelay, (o, value) => o.MaxDelay = value, DurationFormat.From(TimeSpan.Zero),
            "The longest wait between two attempts; it does not limit a Retry-After.",
            follows: "or BaseDelay if that is longer",
            isSet: o => o.MaxDelayIsSet)
        .Key(nameof(HttpRetryOptions.Backoff), o => o.Backoff, (o, value) => o.Backoff = value, EnumFormat<HttpRetryBackoff>.Instance,
            "How the wait grows from one retry to the next.")
        .Key(nameof(HttpRetryOptions.Jitter), o => o.Jitter, (o, value) => o.Jitter = value, EnumFormat<HttpRetryJitter>.Instance,
            "How the waits are randomized.", follows: "or None if Backoff is Constant", isSet: o => o.JitterIsSet)
        .Key(
            nameof(HttpRetryOptions.HonorRetryAfter),
            o => o.HonorRetryAfter,
            (o, value) => o.HonorRetryAfter = value,
            BooleanFormat.Instance,
            "Whether a retry waits as long as the response's Retry-After asks.")
        .Key(
            nameof(HttpRetryOptions.RetryUnsafeMethods),
            o => o.RetryUnsafeMethods,
            (o, value) => o.RetryUnsafeMethods = value,
            BooleanFormat.Instance,
            "Whether POST, PATCH and other methods that are not idempotent are repeated too.")
        .Add(new ListKey<HttpRetryOptions, string>(
            nameof(HttpRetryOptions.RepeatableGrpcMethods),
            o => o.RepeatableGrpcMethods ?? [],
            (o, value) => o.RepeatableGrpcMethods = value,
            GrpcMethodFormat.Instance,
            "gRPC methods that are safe to repeat. Every gRPC call is a POST, so others are not repeated.", empty: "none"))
        .Key(
            nameof(HttpRetryOptions.MaxBufferedBody),
            o => o.MaxBufferedBody,
            (o, value) => o.MaxBufferedBody = value,
            new IntegerFormat(0, 16 * 1024 * 1024),
            "The longest request body that is copied so that it can be sent again, in bytes.")
        .Section(nameof(HttpRetryOptions.Budget), o => o.Budget, HttpRetryBudgetOptionsKeys.Keys,
            "The share of calls that may be retries.")
        .Rule(
            nameof(HttpRetryOptions.BaseDelay),
            o => o.BaseDelayIsSet && o.BaseDelay > o.MaxDelay,
            "is longer than",
            nameof(HttpRetryOptions.MaxDelay));
}
