using System.Globalization;

namespace Resilience.Http.CircuitBreaker;

/// <summary>
/// A refusal in words: what, to whom, since when, why, and what to do:
/// <c>payments (https://payments.internal) is open since 12:01:07: 5 consecutive failures, last 503 ServiceUnavailable; next trial in 8 s</c>.
/// </summary>
internal static class RefusalText
{
    public static string Of(CircuitRefusal refusal) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name(refusal)} is {refusal.State.Text()} since {Since(refusal)}: {refusal.Reason}; {WayOut(refusal)}");

    private static string Name(CircuitRefusal refusal) =>
        refusal.Circuit.Authority == Authority.Whole ? refusal.Circuit.Service : $"{refusal.Circuit.Service} ({refusal.Circuit.Authority})";

    /// <summary>The time of day, in UTC; with the date where that is not today's.</summary>
    private static string Since(CircuitRefusal refusal) =>
        refusal.Since.ToString(refusal.Since.Date == refusal.Clock.GetUtcNow().Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string WayOut(CircuitRefusal refusal) => refusal switch
    {
        { RetryAfter: null } => "until it is reset (ICircuitRegistry.Reset)",
        { State: CircuitState.HalfOpen, RetryAfter: { } wait } => $"a place is free in {DurationText.OfWait(wait)} at the latest",
        { RetryAfter: { } wait } => $"next trial in {DurationText.OfWait(wait)}",
    };
}
