namespace Resilience.Http.Fleet.Quotas;

/// <summary>What the quotas know of the store.</summary>
/// <param name="IsLost">It does not answer, so this replica sends its share.</param>
/// <param name="Since">When that began or ended, or when the quota was first used.</param>
internal sealed record QuotaConnection(bool IsLost, DateTimeOffset Since);
