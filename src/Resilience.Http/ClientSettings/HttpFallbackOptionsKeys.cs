using Resilience.Http.Settings;

namespace Resilience.Http.ClientSettings;

internal static class HttpFallbackOptionsKeys
{
    public static readonly OptionsSchema<HttpFallbackOptions> Keys = new OptionsSchema<HttpFallbackOptions>()
        .Key(
            nameof(HttpFallbackOptions.Timeout),
            o => o.Timeout,
            (o, value) => o.Timeout = value,
            new DurationFormat(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(900)),
            "The least time that all fallback delegates of a call have together, even if less is left of the total timeout.")
        .Key(
            nameof(HttpFallbackOptions.StaleIfError),
            o => o.StaleIfError,
            (o, value) => o.StaleIfError = value,
            new DurationFormat(TimeSpan.FromSeconds(1), DurationFormat.Longest, off: TimeSpan.Zero),
            "How old the last good answer to the same GET or HEAD may be to answer a failed call.")
        .Key(
            nameof(HttpFallbackOptions.ShareStaleAnswers),
            o => o.ShareStaleAnswers,
            (o, value) => o.ShareStaleAnswers = value,
            BooleanFormat.Instance,
            "Declares that answers do not depend on the user. A kept answer then also serves requests for which the primary handler has " +
                "other cookies or credentials, or inner handlers add other headers.")
        .Key(
            nameof(HttpFallbackOptions.MaxStaleEntries),
            o => o.MaxStaleEntries,
            (o, value) => o.MaxStaleEntries = value,
            new IntegerFormat(1, 1_000_000),
            "How many answers are kept for this client.")
        .Key(
            nameof(HttpFallbackOptions.MaxStaleBody),
            o => o.MaxStaleBody,
            (o, value) => o.MaxStaleBody = value,
            new IntegerFormat(0, 16 * 1024 * 1024),
            "The longest response body that is kept, in bytes.")
        .Key(nameof(HttpFallbackOptions.StatusCode), o => o.StatusCode, (o, value) => o.StatusCode = value, new StatusCodeFormat(200, 599),
            "The status of a fixed answer to a failed GET or HEAD.")
        .Key(nameof(HttpFallbackOptions.Content), o => o.Content, (o, value) => o.Content = value, TextFormat.Instance,
            "The body of the fixed answer, sent as UTF-8.")
        .Key(nameof(HttpFallbackOptions.MediaType), o => o.MediaType, (o, value) => o.MediaType = value, MediaTypeFormat.Instance,
            "The media type of Content. If it is not set, Content is sent as application/json.")
        .Rule(
            nameof(HttpFallbackOptions.ShareStaleAnswers),
            o => o.ShareStaleAnswers && o.StaleIfError <= TimeSpan.Zero,
            "does nothing without StaleIfError")
        .Rule(nameof(HttpFallbackOptions.Content), o => o.Content is not null && o.StatusCode is null, "does nothing without a StatusCode")
        .Rule(nameof(HttpFallbackOptions.MediaType), o => o.MediaType is not null && o.Content is null, "does nothing without Content");
}
