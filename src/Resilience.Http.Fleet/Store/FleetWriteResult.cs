namespace Resilience.Http;

/// <summary>The result of a <see cref="FleetWrite"/>.</summary>
/// <param name="Written">Whether the record was written.</param>
/// <param name="Now">The store's time.</param>
/// <param name="Current">The record as it is now; <see langword="null"/> if there is none.</param>
public sealed record FleetWriteResult(bool Written, long Now, FleetRecord? Current);
