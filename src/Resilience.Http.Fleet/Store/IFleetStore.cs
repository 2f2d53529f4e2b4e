namespace Resilience.Http;

/// <summary>
/// The store of the data that replicas share. It has sets of replicas whose members expire, and small records that are replaced only if the
/// writer knows their version. It also has quotas whose permits are granted once. A store does not know about circuits.
/// </summary>
/// <remarks>
/// <para> All times are milliseconds since 1 January 1970, UTC, by the store's own clock. The clocks of replicas are never used, so they
/// may be wrong. </para> <para> Each call must be atomic for one key. If a method cannot reach the store, it must throw soon, because a
/// replica waits for at most 250 ms. A command may still be executed after the replica has stopped waiting. That does no harm, because a
/// membership has an absolute end, and a write and a request for permits have a latest time. </para> <para>All methods may be called from
/// any thread, and never on the path of a request.</para>
/// </remarks>
public interface IFleetStore
{
    /// <summary>Renews the memberships of a replica, counts the members of the sets, and reads the records.</summary>
    /// <param name="sync">What to renew and to read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The counts and the records, in the order of the request.</returns>
    ValueTask<FleetSyncResult> SyncAsync(FleetSync sync, CancellationToken cancellationToken);

    /// <summary>Writes a record, if it still has the version that the writer has read, and if it is not too late.</summary>
    /// <param name="write">What to write.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was written, and the record as it is now.</returns>
    ValueTask<FleetWriteResult> TryWriteAsync(FleetWrite write, CancellationToken cancellationToken);

    /// <summary>
    /// Grants permits of a quota. A permit is never granted twice. If a command is executed twice, the second grant reaches no replica, and
    /// its permits are lost.
    /// </summary>
    /// <param name="request">The permits that are wanted.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The permits that were granted.</returns>
    ValueTask<FleetGrant> GrantAsync(FleetGrantRequest request, CancellationToken cancellationToken);
}
