namespace Resilience.Http;

/// <summary>What came of a <see cref="FleetWrite"/>.</summary>
/// <param name="Written">Whether it was carried out.</param>
/// <param name="Now">The store's time.</param>
/// <param name="Current">The record as it is now; <see langword="null"/> if there is none.</param>
public sealed record FleetWriteResult(bool Written, long Now, FleetRecord? Current);
