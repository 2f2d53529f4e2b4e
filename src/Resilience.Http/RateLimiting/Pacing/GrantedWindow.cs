namespace Resilience.Http.RateLimiting.Pacing;

/// <summary>Permits that were granted for a window of time.</summary>
/// <param name="From">The timestamp at which the window has surely begun.</param>
/// <param name="Until">A timestamp at which it has surely not ended yet; permits that are left then are lost.</param>
/// <param name="Permits">How many are left.</param>
internal readonly record struct GrantedWindow(long From, long Until, int Permits);
