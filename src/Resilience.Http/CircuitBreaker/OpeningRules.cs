namespace Resilience.Http.CircuitBreaker;

/// <summary>The rules that open a closed circuit. The first that trips gives the reason, with its figures.</summary>
internal static class OpeningRules
{
    public static string? AfterFailure(HttpCircuitBreakerOptions options, WindowTotals window, int consecutive, in CircuitFailure failure)
    {
        if (options.FailureThreshold > 0 && consecutive >= options.FailureThreshold)
        {
            return $"{consecutive} consecutive failures, last {failure.Text}";
        }

        return options.FailureRatio > 0 && HoldsEnough(options, window) && window.FailureRatio >= options.FailureRatio
            ? $"{window.Failures} of {window.Throughput} results in {DurationText.Of(options.SamplingWindow)} were failures, last {failure.Text}"
            : null;
    }

    public static string? AfterSlowResult(HttpCircuitBreakerOptions options, WindowTotals window) =>
        HoldsEnough(options, window) && window.SlowRatio >= options.SlowCallRatio
            ? $"{window.Slow} of {window.Throughput} results in {DurationText.Of(options.SamplingWindow)} took longer than {DurationText.Of(options.SlowCallDuration)}"
            : null;

    /// <summary>Whether the window holds so many results that a share of them means something, and a burst can be told from an outage.</summary>
    public static bool HoldsEnough(HttpCircuitBreakerOptions options, WindowTotals window) => window.Throughput >= options.MinimumThroughput;
}
