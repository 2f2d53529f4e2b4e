using Resilience.Http.Fleet.Store;

namespace Resilience.Http;

/// <summary>A store for tests. Several hosts in one process that share it are the replicas of one fleet.</summary>
/// <param name="timeProvider">The clock; <see langword="null"/> means the system clock.</param>
public sealed class InMemoryFleetStore(TimeProvider? timeProvider = null) : IFleetStore
{
    private readonly TimeProvider _clock = timeProvider ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, long>> _sets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (FleetRecord Record, long ExpiresAt)> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GrantLedger> _quotas = new(StringComparer.Ordinal);
    private long _lastVersion;

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public ValueTask<FleetSyncResult> SyncAsync(FleetSync sync, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sync);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = Now;
            return new(new FleetSyncResult(
                now,
                [.. sync.Memberships.Select(membership => Renew_NeedsLock(sync.Member, membership, now))],
                [.. sync.Records.Select(key => Find_NeedsLock(key, now))]));
        }
    }

    /// <inheritdoc/>
    public ValueTask<FleetWriteResult> TryWriteAsync(FleetWrite write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = Now;
            var current = Find_NeedsLock(write.Key, now);
            if (now > write.NotAfter || (current?.Version ?? 0) != write.ExpectedVersion)
            {
                return new(new FleetWriteResult(Written: false, now, current));
            }

            _lastVersion = Math.Max(_lastVersion + 1, now * 1000);
            var next = new FleetRecord(_lastVersion, write.Value);
            _records[write.Key] = (next, write.ExpiresAt);
            return new(new FleetWriteResult(Written: true, now, Find_NeedsLock(write.Key, now)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<FleetGrant> GrantAsync(FleetGrantRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_quotas.TryGetValue(request.Key, out var quota))
            {
                _quotas.Add(request.Key, quota = new());
            }

            return new(quota.Grant(request, Now));
        }
    }

    /// <summary>Removes all data, as <c>FLUSHALL</c> does in Redis.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _sets.Clear();
            _records.Clear();
            _quotas.Clear();
        }
    }

    private long Renew_NeedsLock(string member, FleetMembership membership, long now)
    {
        if (!_sets.TryGetValue(membership.Set, out var members))
        {
            if (!(membership.Until > now))
            {
                return 0;
            }

            _sets.Add(membership.Set, members = new(StringComparer.Ordinal));
        }

        if (membership.Until is { } until)
        {
            members[member] = until;
        }

        foreach (var (gone, _) in members.Where(each => each.Value <= now).ToList())
        {
            members.Remove(gone);
        }

        if (members.Count == 0)
        {
            _sets.Remove(membership.Set);
        }

        return members.Count;
    }

    private FleetRecord? Find_NeedsLock(string key, long now)
    {
        if (_records.TryGetValue(key, out var found) && found.ExpiresAt <= now)
        {
            _records.Remove(key);
            return null;
        }

        return found.Record;
    }
}
