using Resilience.Http.Settings;

namespace Resilience.Http.ClientSettings;

internal static class HttpRetryBudgetOptionsKeys
{
    public static readonly OptionsSchema<HttpRetryBudgetOptions> Keys = new OptionsSchema<HttpRetryBudgetOptions>()
        .Key(nameof(HttpRetryBudgetOptions.Enabled), o => o.Enabled, (o, value) => o.Enabled = value, BooleanFormat.Instance,
            "Whether the budget limits retries.")
        .Key(nameof(HttpRetryBudgetOptions.Ratio), o => o.Ratio, (o, value) => o.Ratio = value, new NumberFormat(0, 1),
            "What each successful call adds to the budget, in retries.")
        .Key(
            nameof(HttpRetryBudgetOptions.MinRetriesPerSecond),
            o => o.MinRetriesPerSecond,
            (o, value) => o.MinRetriesPerSecond = value,
            new NumberFormat(0, 1000),
            "What is added over time, in retries per second.")
        .Key(nameof(HttpRetryBudgetOptions.Capacity), o => o.Capacity, (o, value) => o.Capacity = value, new IntegerFormat(1, 100_000),
            "The most that the budget can hold, in retries; it starts with 10.");
}
