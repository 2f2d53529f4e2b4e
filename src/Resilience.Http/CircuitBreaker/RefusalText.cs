using System.Globalization;
using Resilience.Http.Telemetry;

namespace Resilience.Http.CircuitBreaker;

/// <summary>
/// A refusal in words: what, to whom, since when, why, and what to do:
/// <c>payments (https://payments.internal) is open since 12:01:07: 5 consecutive failures, last 503 ServiceUnavailable; next trial in 8 s</c>.
/// </summary>
internal static class RefusalText
{
    public static string Of(CircuitRefusal refusal) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Subject(refusal.Circuit.Service, refusal.Circuit.Authority)} is {refusal.State.Text()} since {Since(refusal.Since, refusal.Clock)}: {refusal.Reason}; {(refusal.RetryAfter is { } wait ? WayOut(refusal.State, wait) : "until it is reset (ICircuitRegistry.Reset)")}");

    /// <summary>Whose circuit it is: of one authority, or of the whole service.</summary>
    public static string Subject(string service, string authority) => authority == Authority.Whole ? ServiceText.Of(service) : $"{ServiceText.Of(service)} ({authority})";

    /// <summary>The time of day, in UTC; with the date where that is not today's.</summary>
    public static string Since(DateTimeOffset since, TimeProvider clock) =>
        since.ToString(since.Date == clock.GetUtcNow().Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>What ends it, and when. Trials that are in flight decide sooner than the one that may keep its place for longest.</summary>
    public static string WayOut(CircuitState state, TimeSpan wait) =>
        state == CircuitState.HalfOpen ? $"decided in {DurationText.OfWait(wait)} at the latest" : $"next trial in {DurationText.OfWait(wait)}";
}
