using Resilience.Http.Settings;

namespace Resilience.Http.Retry;

internal static class HttpRetryBudgetOptionsKeys
{
    public static readonly OptionKeys<HttpRetryBudgetOptions> Keys = new OptionKeys<HttpRetryBudgetOptions>()
        .Key(nameof(HttpRetryBudgetOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, FlagKind.Instance,
            "Whether retries are bounded by the budget.")
        .Key(nameof(HttpRetryBudgetOptions.Ratio), o => o.Ratio, (o, value) => o.Ratio = value, new RatioKind(0, 1),
            "What a call pays in whose first attempt succeeded, in retries.")
        .Key(nameof(HttpRetryBudgetOptions.MinRetriesPerSecond), o => o.MinRetriesPerSecond, (o, value) => o.MinRetriesPerSecond = value, new RatioKind(0, 1000),
            "What flows in by itself, in retries a second.")
        .Key(nameof(HttpRetryBudgetOptions.Capacity), o => o.Capacity, (o, value) => o.Capacity = value, new CountKind(1, 100_000),
            "The most the budget holds, in retries; at start it holds 10.");
}
