using Resilience.Http.CircuitBreaker.Counting;
using Resilience.Http.Telemetry;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>The rules that open a closed circuit. The first that trips gives the reason, with its figures.</summary>
internal static class TripRules
{
    /// <summary>
    /// If one backend of two is dead and the balancer chooses at random, a row of five comes once in 62 attempts: it says no more than the
    /// share of failures does. A row counts if its chance is less than one in a million: after 20 failures at that share, and after 5 at 6
    /// %.
    /// </summary>
    private const double Chance = 1e-6;

    /// <summary>
    /// If one backend of three refuses at once and the others take 50 ms, its failures come in a row until the first attempt of the same
    /// time is answered. But older ones are answered meanwhile: a service that is down answers next to none.
    /// </summary>
    private const int FailuresPerAnswer = 4;

    /// <summary>The share of failures that <see cref="FailuresPerAnswer"/> comes to.</summary>
    private const double OutageRatio = FailuresPerAnswer / (FailuresPerAnswer + 1.0);

    /// <summary>Judges a failure.</summary>
    /// <param name="options">The thresholds.</param>
    /// <param name="window">The results of the window.</param>
    /// <param name="row">The row that the failure is a part of.</param>
    /// <param name="pending">
    /// How many attempts are in flight that may still be answered. Failures are often faster than answers: if one backend of three refuses
    /// at once and the others need a second, at first only failures are known.
    /// </param>
    /// <param name="failure">The failure.</param>
    public static string? AfterFailure(
        HttpCircuitBreakerOptions options, WindowTotals window, FailureRow row, long pending, in CircuitFailure failure)
    {
        if (options.FailureThreshold > 0 && row.Count >= options.FailureThreshold && IsOutage(options, window, row, pending))
        {
            return $"{row.Count} consecutive failures, last {failure.Text}";
        }

        return IsRatioReached(options, window)
            && window.FailureRatioWith(pending) >= Math.Min(options.FailureRatio, OutageRatio)
            ? $"{window.Failures} of {window.Throughput} results in {DurationText.Format(options.SamplingWindow)} were failures, last " +
                $"{failure.Text}"
            : null;
    }

    /// <summary>Whether the share of failures is high enough, apart from attempts in flight.</summary>
    public static bool IsRatioReached(HttpCircuitBreakerOptions options, WindowTotals window) =>
        options.FailureRatio > 0 && HoldsEnough(options, window) && window.FailureRatio >= options.FailureRatio;

    public static string? AfterSlowResult(HttpCircuitBreakerOptions options, WindowTotals window) =>
        HoldsEnough(options, window) && window.SlowRatio >= options.SlowCallRatio
            ? $"{window.Slow} of {window.Throughput} results in {DurationText.Format(options.SamplingWindow)} took longer than " +
                $"{DurationText.Format(options.SlowCallDuration)}"
            : null;

    /// <summary>Whether the window holds so many results that a share of them means something.</summary>
    private static bool HoldsEnough(HttpCircuitBreakerOptions options, WindowTotals window) =>
        window.Throughput >= options.MinimumThroughput;

    private static bool IsOutage(HttpCircuitBreakerOptions options, WindowTotals window, FailureRow row, long pending) =>
        row.Count >= FailuresPerAnswer * row.Answered
            && row.Failures >= FailuresPerAnswer * pending
            && !IsChance(options, window, row);

    /// <summary>Whether the failures of the window, without the row itself, are so many that a row of this length is nothing new.</summary>
    private static bool IsChance(HttpCircuitBreakerOptions options, WindowTotals window, FailureRow row)
    {
        if (!HoldsEnough(options, window) || window.Successes == 0)
        {
            return false;
        }

        double failuresBefore = Math.Max(0, window.Failures - row.Failures);
        return Math.Pow(failuresBefore / (failuresBefore + window.Successes), row.Count) > Chance;
    }
}
