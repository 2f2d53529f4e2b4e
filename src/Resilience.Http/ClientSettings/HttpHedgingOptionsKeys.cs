using Resilience.Http.Settings;

namespace Resilience.Http.ClientSettings;

internal static class HttpHedgingOptionsKeys
{
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMilliseconds(1);

    public static readonly OptionsSchema<HttpHedgingOptions> Keys = new OptionsSchema<HttpHedgingOptions>()
        .Key(nameof(HttpHedgingOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, BooleanFormat.Instance,
            "Whether a slow send gets another one beside it.")
        .Key(nameof(HttpHedgingOptions.MaxHedges), o => o.MaxHedges, (o, value) => o.MaxHedges = value, new IntegerFormat(1, 4),
            "How many hedges an attempt has at most.")
        .Key(
            nameof(HttpHedgingOptions.Delay),
            o => o.Delay ?? Timeout.InfiniteTimeSpan,
            (o, value) => o.Delay = value == Timeout.InfiniteTimeSpan ? null : value,
            new DurationFormat(ShortestDelay, DurationFormat.Longest, off: Timeout.InfiniteTimeSpan, offName: "auto"),
            "How long a send may take before a hedge goes out; auto follows Percentile.")
        .Key(
            nameof(HttpHedgingOptions.Percentile),
            o => o.Percentile,
            (o, value) => o.Percentile = value,
            new NumberFormat(0.5, 0.999),
            "The percentile of the recent durations that the delay follows.")
        .Key(
            nameof(HttpHedgingOptions.MinDelay),
            o => o.MinDelay,
            (o, value) => o.MinDelay = value,
            DurationFormat.From(ShortestDelay),
            "The shortest delay that follows from Percentile.")
        .Key(
            nameof(HttpHedgingOptions.MinSamples),
            o => o.MinSamples,
            (o, value) => o.MinSamples = value,
            new IntegerFormat(10, 10_000),
            "How many successful sends there must be in the last 30 s for the delay to follow Percentile.")
        .Key(
            nameof(HttpHedgingOptions.MaxExtraLoad),
            o => o.MaxExtraLoad,
            (o, value) => o.MaxExtraLoad = value,
            new NumberFormat(0, 1),
            "What each call adds to the hedging budget, in hedges.");
}
