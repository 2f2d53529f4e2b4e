namespace Resilience.Http;

/// <summary>One exchange of a replica with the store.</summary>
/// <param name="Member">The replica.</param>
/// <param name="Memberships">The sets to renew, to leave or to count.</param>
/// <param name="Records">The keys of the records to read.</param>
public sealed record FleetSync(string Member, IReadOnlyList<FleetMembership> Memberships, IReadOnlyList<string> Records);
