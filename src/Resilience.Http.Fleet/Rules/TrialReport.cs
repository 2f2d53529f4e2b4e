namespace Resilience.Http.Fleet.Rules;

/// <summary>What a replica reports of its trial.</summary>
/// <param name="Replica">The replica.</param>
/// <param name="Token">The token of its lease.</param>
/// <param name="Succeeded"><see langword="null"/> if the trial had no verdict.</param>
/// <param name="Failure">The failure in few words.</param>
/// <param name="Throttled">The service is up and asked for fewer calls.</param>
internal sealed record TrialReport(string Replica, long Token, bool? Succeeded, string? Failure, bool Throttled);
