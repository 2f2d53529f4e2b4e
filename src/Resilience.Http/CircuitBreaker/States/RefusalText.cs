using System.Globalization;
using Resilience.Http.Telemetry;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>
/// A refusal in words: what, to whom, since when, why, and what to do:
/// <c>payments (https://payments.internal) has been open since 12:01:07: 5 consecutive failures, last 503 ServiceUnavailable; next trial in
/// 8 s</c>.
/// </summary>
internal static class RefusalText
{
    /// <summary>In place of a refusal, if the circuit is not to act on what it finds.</summary>
    public const string OnlyObserved = "calls still go through (CircuitBreaker:Mode is Observe)";

    public static string Format(CircuitRefusal refusal) => string.Create(
        CultureInfo.InvariantCulture,
        $"{ServiceText.Format(refusal.Circuit.Name.Service, refusal.Circuit.Name.Authority)} has been {refusal.State.Text()} since " +
        $"{Since(refusal.Since, refusal.Circuit.Clock)}: {refusal.Reason.TrimEnd('.', ' ')}; {WayOut(refusal.State, refusal.RetryAfter)}");

    /// <summary>The time of day, in UTC; with the date where that is not today's.</summary>
    public static string Since(DateTimeOffset since, TimeProvider clock) =>
        since.ToString(since.Date == clock.GetUtcNow().Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>What ends it, and when. Trials in flight mostly decide sooner than the lease of the last one ends.</summary>
    public static string WayOut(CircuitState state, TimeSpan? retryAfter) => (state, retryAfter) switch
    {
        (_, null) => "until it is reset (ICircuitRegistry.Reset)",
        (CircuitState.HalfOpen, { } wait) => $"decided in {DurationText.FormatWait(wait)} at the latest",
        (_, { } wait) => $"next trial in {DurationText.FormatWait(wait)}",
    };
}
