using System.Globalization;
using StackExchange.Redis;

namespace Resilience.Http.Fleet.Redis;

/// <summary>The store in Redis: a sorted set for each set, a hash for each record and each quota, one script for each method.</summary>
/// <param name="server">The server as messages name it.</param>
/// <param name="prefix">What keys begin with.</param>
/// <param name="connect">The connection.</param>
/// <param name="database">The number of the database.</param>
/// <param name="owned">What is disposed with the store.</param>
internal sealed class RedisFleetStore(
    string server, string prefix, Func<Task<IConnectionMultiplexer>> connect, int database, IDisposable? owned)
    : IFleetStore, IDisposable
{
    public async ValueTask<FleetSyncResult> SyncAsync(FleetSync sync, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sync);
        RedisKey[] keys = [.. sync.Memberships.Select(membership => Key(membership.Set)), .. sync.Records.Select(Key)];
        RedisValue[] values =
        [
            sync.Member,
            sync.Memberships.Count,
            .. sync.Memberships.Select(static membership => membership.Until is { } until ? until : RedisValue.EmptyString),
        ];
        var answer = await RunAsync(FleetScripts.Sync, keys, values, cancellationToken).ConfigureAwait(false);
        var counts = answer[1..(1 + sync.Memberships.Count)];
        var records = answer[(1 + sync.Memberships.Count)..];
        return new FleetSyncResult(
            Number(answer[0]),
            [.. counts.Select(Number)],
            [.. Enumerable.Range(0, sync.Records.Count).Select(i => Record(records[2 * i], records[(2 * i) + 1]))]);
    }

    public async ValueTask<FleetWriteResult> TryWriteAsync(FleetWrite write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        var answer = await RunAsync(
            FleetScripts.Write,
            [Key(write.Key)],
            [Text(write.ExpectedVersion), write.Value, write.ExpiresAt, write.NotAfter],
            cancellationToken).ConfigureAwait(false);
        return new FleetWriteResult(Number(answer[0]) == 1, Number(answer[1]), Record(answer[2], answer[3]));
    }

    public async ValueTask<FleetGrant> GrantAsync(FleetGrantRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        RedisValue[] values =
        [
            request.Permits,
            request.Burst,
            request.WindowLength,
            request.Windows,
            request.HadAnswer ? 1 : 0,
            request.NotAfter,
            .. request.Wanted.Select(static wanted => (RedisValue)wanted),
        ];
        var answer = await RunAsync(FleetScripts.Grant, [Key(request.Key)], values, cancellationToken).ConfigureAwait(false);
        return new FleetGrant(
            Number(answer[0]), Number(answer[1]), [.. answer[3..].Select(static granted => (int)Number(granted))], Number(answer[2]));
    }

    public void Dispose() => owned?.Dispose();

    /// <summary>As messages name it, without the password of the connection.</summary>
    public override string ToString() => server;

    private async Task<RedisResult[]> RunAsync(string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken)
    {
        var connection = await connect().WaitAsync(cancellationToken).ConfigureAwait(false);
        var answer = await connection.GetDatabase(database)
            .ScriptEvaluateAsync(script, keys, values, CommandFlags.DemandMaster).Observed()
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        return (RedisResult[]?)answer ?? throw new RedisException("The server gave no answer to a script.");
    }

    private RedisKey Key(string key) => $"{prefix}:{key}";

    private static FleetRecord? Record(RedisResult version, RedisResult value) =>
        (string?)version is { Length: > 0 } ? new(Number(version), (string?)value ?? "") : null;

    private static long Number(RedisResult result) => long.Parse((string?)result ?? "0", CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
