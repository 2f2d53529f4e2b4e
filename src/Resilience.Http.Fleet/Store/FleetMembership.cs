namespace Resilience.Http;

/// <summary>A set, and whether the replica that asks is a member of it.</summary>
/// <param name="Set">The key of the set.</param>
/// <param name="Until">
/// The store's time until which the replica is a member. A time that has passed, such as 0, removes it from the set. <see langword="null"/>
/// changes nothing.
/// </param>
public readonly record struct FleetMembership(string Set, long? Until);
