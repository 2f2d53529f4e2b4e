namespace Resilience.Http;

/// <summary>A record in the store.</summary>
/// <param name="Version">
/// Above 0, and higher than any version that this key ever had, also if the record expired in between. A store whose data is lost may begin
/// again, at a number taken from its clock.
/// </param>
/// <param name="Value">Its text, a few hundred characters.</param>
public sealed record FleetRecord(long Version, string Value);
