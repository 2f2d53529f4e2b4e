namespace Resilience.Http;

/// <summary>The answer of the store to a <see cref="FleetSync"/>.</summary>
/// <param name="Now">The store's time.</param>
/// <param name="Counts">How many members each set has now, this replica included.</param>
/// <param name="Records">
/// The records, in the order of the keys; <see langword="null"/> for a record that does not exist or has expired.
/// </param>
public sealed record FleetSyncResult(long Now, IReadOnlyList<long> Counts, IReadOnlyList<FleetRecord?> Records);
