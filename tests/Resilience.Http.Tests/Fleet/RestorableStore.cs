namespace Resilience.Http.Tests.Fleet;

/// <summary>A store of records that can restart with the data that it once saved, as Redis does with its last snapshot.</summary>
internal sealed class RestorableStore(TimeProvider clock) : IFleetStore
{
    private Dictionary<string, FleetRecord> _records = [];
    private Dictionary<string, FleetRecord> _saved = [];

    /// <summary>Writes are never answered.</summary>
    public bool Hangs { get; set; }

    public int Writes { get; private set; }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public void Save() => _saved = new(_records);

    public void Restore() => _records = new(_saved);

    public void Clear() => _records.Clear();

    public ValueTask<FleetSyncResult> SyncAsync(FleetSync sync, CancellationToken cancellationToken) => new(new FleetSyncResult(
        Now, [.. sync.Memberships.Select(static _ => 0L)], [.. sync.Records.Select(_records.GetValueOrDefault)]));

    public ValueTask<FleetWriteResult> TryWriteAsync(FleetWrite write, CancellationToken cancellationToken)
    {
        if (Hangs)
        {
            return new(new TaskCompletionSource<FleetWriteResult>().Task);
        }

        var current = _records.GetValueOrDefault(write.Key);
        var isWritten = Now <= write.NotAfter && (current?.Version ?? 0) == write.ExpectedVersion;
        if (isWritten)
        {
            Writes++;
            _records[write.Key] = current = new(Math.Max((current?.Version ?? 0) + 1, Now * 1000), write.Value);
        }

        return new(new FleetWriteResult(isWritten, Now, current));
    }

    public ValueTask<FleetGrant> GrantAsync(FleetGrantRequest request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("It has records only.");
}
