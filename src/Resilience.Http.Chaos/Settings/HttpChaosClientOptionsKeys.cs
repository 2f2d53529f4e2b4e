using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Settings;

/// <summary>The keys of one client's faults: of <c>ResilientHttpChaos:Clients:{name}</c>, and of what an experiment sets.</summary>
internal static class HttpChaosClientOptionsKeys
{
    private const string HowOften = "The percentage of requests (attempts and hedges).";

    private static readonly NumberFormat Percentage = new(0, 100);

    private static readonly OptionsSchema<HttpChaosLatencyOptions> Latency = new OptionsSchema<HttpChaosLatencyOptions>()
        .Key(nameof(HttpChaosLatencyOptions.Min), o => o.Min, (o, value) => o.Min = value, DurationFormat.From(TimeSpan.Zero),
            "The shortest delay before the request is sent.")
        .Key(nameof(HttpChaosLatencyOptions.Max), o => o.Max, (o, value) => o.Max = value, DurationFormat.From(TimeSpan.Zero),
            "The longest delay; delays are distributed evenly.", follows: "or Min if that is longer")
        .Key(nameof(HttpChaosLatencyOptions.Percentage), o => o.Percentage, (o, value) => o.Percentage = value, Percentage, HowOften)
        .Rule(nameof(HttpChaosLatencyOptions.Max), o => o.Max < o.Min, "is shorter than", nameof(HttpChaosLatencyOptions.Min));

    private static readonly OptionsSchema<HttpChaosAbortOptions> Abort = new OptionsSchema<HttpChaosAbortOptions>()
        .Key(
            nameof(HttpChaosAbortOptions.StatusCode), o => o.StatusCode, (o, value) => o.StatusCode = value, new StatusCodeFormat(200, 599),
            "An answer with this status and no body.")
        .Key(
            nameof(HttpChaosAbortOptions.Exception),
            o => o.Exception,
            (o, value) => o.Exception = value,
            new OptionalFormat<HttpRequestError>(EnumFormat<HttpRequestError>.Instance, "none"),
            "The exception that HttpClient throws for this error.")
        .Key(nameof(HttpChaosAbortOptions.Reset), o => o.Reset, (o, value) => o.Reset = value, BooleanFormat.Instance,
            "The exception of a connection that was cut (TCP RST).")
        .Key(
            nameof(HttpChaosAbortOptions.ConnectionRefused),
            o => o.ConnectionRefused,
            (o, value) => o.ConnectionRefused = value,
            BooleanFormat.Instance,
            "The exception of a port that no process listens on.")
        .Key(nameof(HttpChaosAbortOptions.Hang), o => o.Hang, (o, value) => o.Hang = value, BooleanFormat.Instance,
            "No answer until the request is canceled.")
        .Key(nameof(HttpChaosAbortOptions.Percentage), o => o.Percentage, (o, value) => o.Percentage = value, Percentage, HowOften);

    private static readonly OptionsSchema<HttpChaosSlowBodyOptions> SlowBody = new OptionsSchema<HttpChaosSlowBodyOptions>()
        .Key(
            nameof(HttpChaosSlowBodyOptions.BytesPerSecond),
            o => o.BytesPerSecond,
            (o, value) => o.BytesPerSecond = value,
            new IntegerFormat(0, 1_000_000_000),
            "The rate of the response body: at least 1 if Percentage is above 0.")
        .Key(nameof(HttpChaosSlowBodyOptions.Percentage), o => o.Percentage, (o, value) => o.Percentage = value, Percentage, HowOften);

    private static readonly OptionsSchema<HttpChaosMatchOptions> Match = new OptionsSchema<HttpChaosMatchOptions>()
        .Add(new ListKey<HttpChaosMatchOptions, string>(
            nameof(HttpChaosMatchOptions.Methods), o => o.Methods, (o, value) => o.Methods = value, PatternFormat.Method,
            "The methods to match.", empty: "all"))
        .Key(
            nameof(HttpChaosMatchOptions.PathPrefix),
            o => o.PathPrefix,
            (o, value) => o.PathPrefix = value,
            new OptionalTextFormat(PatternFormat.Path),
            "The beginning of the path.")
        .Key(
            nameof(HttpChaosMatchOptions.Header),
            o => o.Header,
            (o, value) => o.Header = value,
            new OptionalTextFormat(PatternFormat.Header),
            "A header that the request must have.");

    public static readonly OptionsSchema<HttpChaosClientOptions> Keys = new OptionsSchema<HttpChaosClientOptions>()
        .Add(new OptionalSectionKey<HttpChaosClientOptions, HttpChaosLatencyOptions>(
            nameof(HttpChaosClientOptions.Latency),
            o => o.Latency,
            (o, value) => o.Latency = value,
            Latency,
            "A wait before the request is sent."))
        .Add(new OptionalSectionKey<HttpChaosClientOptions, HttpChaosAbortOptions>(
            nameof(HttpChaosClientOptions.Abort),
            o => o.Abort,
            (o, value) => o.Abort = value,
            Abort,
            "A failure in place of sending the call."))
        .Add(new OptionalSectionKey<HttpChaosClientOptions, HttpChaosSlowBodyOptions>(
            nameof(HttpChaosClientOptions.SlowBody),
            o => o.SlowBody,
            (o, value) => o.SlowBody = value,
            SlowBody,
            "A response body that trickles."))
        .Add(new OptionalSectionKey<HttpChaosClientOptions, HttpChaosMatchOptions>(
            nameof(HttpChaosClientOptions.Match), o => o.Match, (o, value) => o.Match = value, Match, "Which requests are meant."));
}
