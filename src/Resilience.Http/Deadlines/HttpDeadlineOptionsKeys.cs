using Resilience.Http.Settings;

namespace Resilience.Http.Deadlines;

internal static class HttpDeadlineOptionsKeys
{
    public static readonly OptionsSchema<HttpDeadlineOptions> Keys = new OptionsSchema<HttpDeadlineOptions>()
        .Key(nameof(HttpDeadlineOptions.Propagate), o => o.Propagate, (o, value) => o.Propagate = value, BooleanFormat.Instance,
            "Whether each request carries how long the caller still waits for its answer.")
        .Key(nameof(HttpDeadlineOptions.Header), o => o.Header, (o, value) => o.Header = value, HeaderNameFormat.Instance,
            "The request header that carries it, in whole milliseconds; a gRPC request carries grpc-timeout instead.")
        .Key(nameof(HttpDeadlineOptions.Reserve), o => o.Reserve, (o, value) => o.Reserve = value, DurationFormat.From(TimeSpan.Zero),
            "What is kept back of an inherited deadline, so that the app can still answer after the call has failed.")
        .Add(new ListKey<HttpDeadlineOptions, string>(
            nameof(HttpDeadlineOptions.Exclude),
            o => o.Exclude ?? [],
            (o, value) => o.Exclude = value,
            AuthorityFormat.Instance,
            "Authorities that are not sent the header, such as those of third parties.", empty: "none"));
}
