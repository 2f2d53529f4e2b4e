namespace Resilience.Http;

/// <summary>The answer of the store to a <see cref="FleetGrantRequest"/>.</summary>
/// <param name="Now">The store's time.</param>
/// <param name="First">The number of the current window.</param>
/// <param name="Granted">How many permits were granted for that window and for each of those after it.</param>
/// <param name="Next">
/// If less was granted than was requested, the number of the first window that may have more. Otherwise the number of the current window.
/// </param>
public sealed record FleetGrant(long Now, long First, IReadOnlyList<int> Granted, long Next);
