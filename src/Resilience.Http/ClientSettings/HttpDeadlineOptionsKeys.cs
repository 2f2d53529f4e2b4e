using Resilience.Http.Settings;

namespace Resilience.Http.ClientSettings;

internal static class HttpDeadlineOptionsKeys
{
    public static readonly OptionsSchema<HttpDeadlineOptions> Keys = new OptionsSchema<HttpDeadlineOptions>()
        .Key(nameof(HttpDeadlineOptions.Propagate), o => o.Propagate, (o, value) => o.Propagate = value, BooleanFormat.Instance,
            "Whether each request has a header with the time that its caller still waits for the answer.")
        .Key(nameof(HttpDeadlineOptions.Header), o => o.Header, (o, value) => o.Header = value, HeaderNameFormat.Instance,
            "The name of the header with the time left, in whole milliseconds. A gRPC request has grpc-timeout instead.")
        .Key(nameof(HttpDeadlineOptions.Reserve), o => o.Reserve, (o, value) => o.Reserve = value, DurationFormat.From(TimeSpan.Zero),
            "The time subtracted from an inherited deadline (that of the incoming request), so that the app can still answer.")
        .Add(new ListKey<HttpDeadlineOptions, string>(
            nameof(HttpDeadlineOptions.Exclude),
            o => o.Exclude ?? [],
            (o, value) => o.Exclude = value,
            AuthorityFormat.Instance,
            "Authorities that are not sent the header, such as those of third parties.", empty: "none"));
}
