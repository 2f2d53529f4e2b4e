namespace Resilience.Http;

/// <summary>A record in the store.</summary>
/// <param name="Version">
/// A number above 0, and higher than any earlier version of this key, even if the record has expired since. A store that has lost its data
/// may begin again, at a number taken from its clock.
/// </param>
/// <param name="Value">The text of the record, a few hundred characters.</param>
public sealed record FleetRecord(long Version, string Value);
