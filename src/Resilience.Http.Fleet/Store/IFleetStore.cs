namespace Resilience.Http;

/// <summary>
/// What the replicas of an app keep together: sets of replicas whose members expire, small records that are replaced only by a writer that
/// knows their version, and quotas of which each permit is granted once. A store knows nothing of circuits.
/// </summary>
/// <remarks>
/// <para>
/// All times are milliseconds of the store's own clock since 1 January 1970, UTC. The clocks of replicas are never used, so a wrong one
/// does no harm.
/// </para>
/// <para>
/// Each call must be atomic for one key. A method that cannot reach the store throws, soon: a replica waits 250 ms at most. A command that
/// was given up may still be carried out later. It does no harm, since a membership has an absolute end, and a write and a request for
/// permits have a time after which they are void.
/// </para>
/// <para>All methods may be called from any thread, and never on the path of a request.</para>
/// </remarks>
public interface IFleetStore
{
    /// <summary>Renews the memberships of a replica, and reads how large the sets are and what the records hold.</summary>
    /// <param name="sync">What to renew and to read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer, in the order of what was asked.</returns>
    ValueTask<FleetSyncResult> SyncAsync(FleetSync sync, CancellationToken cancellationToken);

    /// <summary>Writes a record, if it still has the version that the writer knows and it is not too late.</summary>
    /// <param name="write">What to write.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was written, and the record as it is now.</returns>
    ValueTask<FleetWriteResult> TryWriteAsync(FleetWrite write, CancellationToken cancellationToken);

    /// <summary>
    /// Grants permits of a quota. What was granted is never granted again, also if the command is carried out twice: then the second grant
    /// reaches no replica, and its permits are lost.
    /// </summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What was granted.</returns>
    ValueTask<FleetGrant> GrantAsync(FleetGrantRequest request, CancellationToken cancellationToken);
}
