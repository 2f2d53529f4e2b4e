namespace Resilience.Http.Tests.Retry.Storms;

/// <param name="SecondsToRecover">From the end of the stall until 95 % of the calls succeed again; <see langword="null"/> where that was
/// not seen.</param>
/// <param name="RequestsPerCall">Requests that the server received for each call that was made.</param>
/// <param name="MostInFlight">The most calls that were under way at once.</param>
internal sealed record StormResult(int? SecondsToRecover, double RequestsPerCall, int MostInFlight);
