namespace Resilience.Http.Testing;

/// <summary>
/// Checks whether a store does what a fleet needs. To test your own store, write one test that runs each of the <see cref="Rules"/>.
/// </summary>
/// <param name="store">The store. Each check uses its own keys, so the store may contain other data.</param>
/// <param name="pass">
/// Lets this much time pass on the store's clock. It advances a virtual clock, or waits if the store is a server. The longest time is 300
/// ms.
/// </param>
/// <param name="otherClient">
/// A second client of the same data, with its own connection. Pass one if the store is a server, because a server may run the commands of
/// two connections at the same time. Default: <see langword="null"/>. The store itself is then used.
/// </param>
public sealed partial class FleetStoreContract(IFleetStore store, Func<TimeSpan, Task> pass, IFleetStore? otherClient = null)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    private static readonly Dictionary<string, Func<FleetStoreContract, Task>> Checks = new(StringComparer.Ordinal)
    {
        ["A set counts its members"] = static contract => contract.CountsMembers(),
        ["A membership that ends is not counted any more"] = static contract => contract.EndsMemberships(),
        ["A membership can be renewed and left"] = static contract => contract.RenewsAndLeaves(),
        ["A membership that ended before it arrived counts for nothing"] = static contract => contract.IgnoresLateMemberships(),
        ["A sync without an end leaves the membership as it is"] = static contract => contract.OnlyCounts(),
        ["A record is written once by writers that know the same version"] = static contract => contract.WritesOnce(),
        ["A record that was not there is null"] = static contract => contract.HasNoRecord(),
        ["A record that expires is gone, and its next version is higher"] = static contract => contract.ExpiresRecords(),
        ["A write that comes too late is not carried out"] = static contract => contract.RefusesLateWrites(),
        ["Values come back unchanged"] = static contract => contract.KeepsValues(),
        ["Time moves on"] = static contract => contract.Ticks(),
        ["Sets and records of one name are different things"] = static contract => contract.KeepsKindsApart(),
        ["Of two clients that write at the same time one succeeds"] = static contract => contract.WritesOnceInEachRace(),
        ["Permits are granted up to the quota, and again after its period"] = static contract => contract.GrantsTheQuota(),
        ["Permits that a window lacks come from the next ones"] = static contract => contract.SpreadsPermits(),
        ["While replicas disagree the lowest quota is in force"] = static contract => contract.UsesLowestQuota(),
        ["A request for permits that comes too late gets none"] = static contract => contract.RefusesLateRequests(),
        ["A quota whose data was lost counts as used up"] = static contract => contract.CountsLostQuotaAsUsed(),
        ["Two clients that ask at the same time never get one permit both"] = static contract => contract.GrantsOnceInEachRace(),
    };

    private readonly string _unique = Guid.NewGuid().ToString("N");

    /// <summary>The names of the checks.</summary>
    public static IReadOnlyCollection<string> Rules => Checks.Keys;

    /// <summary>Checks one rule.</summary>
    /// <param name="rule">One of <see cref="Rules"/>.</param>
    /// <exception cref="ResilienceAssertionException">The store breaks the rule.</exception>
    /// <exception cref="ArgumentException">There is no rule with that name.</exception>
    public Task CheckAsync(string rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return Checks.TryGetValue(rule, out var check)
            ? check(new FleetStoreContract(store, pass, otherClient)) // with keys of its own
            : throw new ArgumentException($"There is no rule '{rule}'. There are: {string.Join("; ", Rules)}.", nameof(rule));
    }

    private async Task CountsMembers()
    {
        var end = await NowAsync().ConfigureAwait(false) + 60_000;
        Expect(1, await JoinAsync("one", end).ConfigureAwait(false), "members after the first joined");
        Expect(2, await JoinAsync("two", end).ConfigureAwait(false), "members after the second joined");
        Expect(2, await JoinAsync("one", end).ConfigureAwait(false), "members after the first joined again");
    }

    private async Task EndsMemberships()
    {
        var now = await NowAsync().ConfigureAwait(false);
        await JoinAsync("one", now + 200).ConfigureAwait(false);
        await JoinAsync("two", now + 60_000).ConfigureAwait(false);
        await pass(Moment).ConfigureAwait(false);
        Expect(1, await JoinAsync("three", until: null).ConfigureAwait(false), "members after one ended");
    }

    private async Task RenewsAndLeaves()
    {
        var now = await NowAsync().ConfigureAwait(false);
        await JoinAsync("one", now + 200).ConfigureAwait(false);
        await JoinAsync("one", now + 60_000).ConfigureAwait(false);
        await pass(Moment).ConfigureAwait(false);
        Expect(1, await JoinAsync("two", until: null).ConfigureAwait(false), "members after a renewal");
        Expect(0, await JoinAsync("one", until: 0).ConfigureAwait(false), "members after the only one left");
    }

    private async Task IgnoresLateMemberships()
    {
        var now = await NowAsync().ConfigureAwait(false);
        Expect(0, await JoinAsync("one", now - 1).ConfigureAwait(false), "members after one joined that had ended already");
    }

    private async Task OnlyCounts()
    {
        var now = await NowAsync().ConfigureAwait(false);
        Expect(0, await JoinAsync("one", until: null).ConfigureAwait(false), "members after a sync that only counts");
        await JoinAsync("one", now + 60_000).ConfigureAwait(false);
        Expect(1, await JoinAsync("one", until: null).ConfigureAwait(false), "members after one more sync that only counts");
    }

    private async Task WritesOnce()
    {
        var now = await NowAsync().ConfigureAwait(false);
        var writes = Enumerable.Range(0, 8).Select(i => WriteAsync(0, $"value {i}", now + 60_000));
        var results = await Task.WhenAll(writes).ConfigureAwait(false);
        Expect(1, results.Count(static result => result.Written), "of 8 writers that knew no record succeeded");
        var current = results[0].Current;
        Expect(
            true,
            current is { Version: > 0 } && results.All(result => result.Current == current),
            "all of them got the one that was written");
        var next = await WriteAsync(current!.Version, "next", now + 60_000).ConfigureAwait(false);
        Expect(true, next.Written && next.Current?.Version > current.Version, "the next write made a higher version");
        var late = await WriteAsync(current.Version, "late", now + 60_000).ConfigureAwait(false);
        Expect(true, !late.Written && late.Current == next.Current, "a writer with the old version got the new record");
    }

    private async Task HasNoRecord()
    {
        var result = await ReadAsync().ConfigureAwait(false);
        Expect(true, result is null, "a record that was never written is null");
    }

    private async Task ExpiresRecords()
    {
        var now = await NowAsync().ConfigureAwait(false);
        var first = await WriteAsync(0, "first", now + 200).ConfigureAwait(false);
        Expect(true, await ReadAsync().ConfigureAwait(false) == first.Current, "a record is read as it was written");
        await pass(Moment).ConfigureAwait(false);
        Expect(true, await ReadAsync().ConfigureAwait(false) is null, "an expired record is null");
        var second = await WriteAsync(0, "second", now + 60_000).ConfigureAwait(false);
        Expect(true, second.Written && second.Current?.Version > first.Current?.Version, "its successor has a higher version");
    }

    private async Task RefusesLateWrites()
    {
        var now = await NowAsync().ConfigureAwait(false);
        var late = await store.TryWriteAsync(new(Key("record"), 0, "late", now + 60_000, NotAfter: now - 1), default).ConfigureAwait(false);
        Expect(true, late is { Written: false, Current: null }, "a write after its time is not carried out");
    }

    private async Task KeepsValues()
    {
        var now = await NowAsync().ConfigureAwait(false);
        const string value = """{"text":"Zürich 東京 \" \\ \r\n '{}'","empty":""}""";
        await WriteAsync(0, value, now + 60_000).ConfigureAwait(false);
        Expect(value, (await ReadAsync().ConfigureAwait(false))?.Value, "the value");
    }

    private async Task Ticks()
    {
        var before = await NowAsync().ConfigureAwait(false);
        await pass(Moment).ConfigureAwait(false);
        var after = await NowAsync().ConfigureAwait(false);
        Expect(true, after - before is >= 250 and < 10_000, $"300 ms later the store's clock shows {after - before} ms more");
    }

    private async Task KeepsKindsApart()
    {
        var now = await NowAsync().ConfigureAwait(false);
        await JoinAsync("one", now + 60_000).ConfigureAwait(false);
        await WriteAsync(0, "value", now + 60_000).ConfigureAwait(false);
        var result = await store
            .SyncAsync(new("two", [new(Key("set"), null), new(Key("other"), null)], [Key("record"), Key("other record")]), default)
            .ConfigureAwait(false);
        Expect("1,0", string.Join(',', result.Counts), "the sizes of two sets");
        Expect("value,", string.Join(',', result.Records.Select(static record => record?.Value)), "the values of two records");
    }

    private async Task<long> NowAsync() =>
        (await store.SyncAsync(new("clock", [], []), CancellationToken.None).ConfigureAwait(false)).Now;

    private async Task<long> JoinAsync(string member, long? until) =>
        (await store.SyncAsync(new(member, [new(Key("set"), until)], []), CancellationToken.None).ConfigureAwait(false)).Counts[0];

    private async Task<FleetRecord?> ReadAsync() =>
        (await store.SyncAsync(new("reader", [], [Key("record")]), CancellationToken.None).ConfigureAwait(false)).Records[0];

    private async Task<FleetWriteResult> WriteAsync(long expectedVersion, string value, long expiresAt) =>
        await store
            .TryWriteAsync(new(Key("record"), expectedVersion, value, expiresAt, NotAfter: expiresAt), default)
            .ConfigureAwait(false);

    private string Key(string name) => $"contract|{_unique}|{name}";

    private static void Expect<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new ResilienceAssertionException($"The store breaks the contract: {what}: expected {expected}, but it was {actual}.");
        }
    }
}
