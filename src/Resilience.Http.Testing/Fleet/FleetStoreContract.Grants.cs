namespace Resilience.Http.Testing;

/// <summary>The rules about quotas, and those that only a race shows.</summary>
public sealed partial class FleetStoreContract
{
    private const int Rounds = 200;
    private const int Minute = 60_000;

    private static readonly int[] All = [0, 1, 2, 3];

    private IFleetStore OtherClient => otherClient ?? store;

    /// <summary>A store that reads and writes in two steps lets two writers succeed in one of many rounds.</summary>
    private async Task WritesOnceInEachRace()
    {
        var end = await NowAsync().ConfigureAwait(false) + Minute;
        for (var round = 0; round < Rounds; round++)
        {
            var key = Key($"race {round}");
            var results = await RaceAsync(
                (client, i) => client.TryWriteAsync(new(key, 0, $"value {i}", end, NotAfter: end), default)).ConfigureAwait(false);
            Expect(1, results.Count(static result => result.Written), $"writers of two clients that succeeded in round {round}");
        }
    }

    private async Task GrantsOnceInEachRace()
    {
        const int Permits = 6;
        for (var round = 0; round < Rounds; round++)
        {
            var request = Request(Permits, Minute, [4]) with { Key = Key($"quota {round}") };
            var grants = await RaceAsync((client, _) => client.GrantAsync(request, default)).ConfigureAwait(false);
            Expect(Permits, grants.Sum(static grant => grant.Granted.Sum()), $"permits that two clients were granted in round {round}");
        }
    }

    private async Task GrantsTheQuota()
    {
        var first = await store.GrantAsync(Request(permits: 10, windowLength: Minute, [7, 0]), default).ConfigureAwait(false);
        Expect("7,0", string.Join(',', first.Granted), "what was granted of 10 permits for a wish of 7");
        Expect(first.First, first.Next, "the next window with permits, after a wish that was met");
        Expect(first.Now / Minute, first.First, "the number of the current window");
        var second = await store.GrantAsync(Request(permits: 10, windowLength: Minute, [7]), default).ConfigureAwait(false);
        Expect(3, second.Granted[0], "what was granted for a second wish of 7");
        Expect(first.First + 21, second.Next, "the next window with permits, after all were granted");

        // 21 windows of 10 ms are over then.
        await store.GrantAsync(Request(10, windowLength: 10, [10]), default).ConfigureAwait(false);
        await pass(Moment).ConfigureAwait(false);
        var later = await store.GrantAsync(Request(10, windowLength: 10, [10]), default).ConfigureAwait(false);
        Expect(10, later.Granted[0], "what was granted after a period");
    }

    private async Task SpreadsPermits()
    {
        var request = Request(permits: 40, windowLength: Minute, [7, 0, 1, 0]) with { Burst = 1 };
        var grant = await store.GrantAsync(request, default).ConfigureAwait(false);
        Expect("2,2,2,2", string.Join(',', grant.Granted), "what was granted at two for each window");
        Expect(grant.First, grant.Next, "the next window with permits, after a wish that was met");
        var more = await store.GrantAsync(request with { Wanted = [1] }, default).ConfigureAwait(false);
        Expect((0, more.First + 1), (more.Granted[0], more.Next), "what was granted of a full window, and the next one");
    }

    private async Task UsesLowestQuota()
    {
        await store.GrantAsync(Request(permits: 5, windowLength: Minute, [0]), default).ConfigureAwait(false);
        var grant = await store.GrantAsync(Request(permits: 10, windowLength: Minute, [10]), default).ConfigureAwait(false);
        Expect(5, grant.Granted[0], "what was granted while another replica has a quota of 5");
    }

    private async Task RefusesLateRequests()
    {
        var now = await NowAsync().ConfigureAwait(false);
        var late = Request(permits: 10, windowLength: Minute, [10]) with { NotAfter = now - 1 };
        Expect(0, (await store.GrantAsync(late, default).ConfigureAwait(false)).Granted[0], "what was granted after its time");
        var inTime = await store.GrantAsync(late with { NotAfter = now + Minute }, default).ConfigureAwait(false);
        Expect(10, inTime.Granted[0], "what was left after that");
    }

    private async Task CountsLostQuotaAsUsed()
    {
        var request = Request(permits: 10, windowLength: Minute, [10]) with { HadAnswer = true };
        var grant = await store.GrantAsync(request, default).ConfigureAwait(false);
        Expect(0, grant.Granted[0], "what was granted to a replica that knows a quota that the store does not");
        Expect(grant.First + 21, grant.Next, "the next window with permits");
    }

    private FleetGrantRequest Request(int permits, int windowLength, int[] wanted) => new(
        Key($"quota {windowLength}"), permits, permits, windowLength, Windows: 20, wanted, HadAnswer: false, NotAfter: long.MaxValue);

    /// <summary>Two commands of each client, all at the same time.</summary>
    private Task<T[]> RaceAsync<T>(Func<IFleetStore, int, ValueTask<T>> command) => Task.WhenAll(
        All.Select(i => Task.Run(() => command(i % 2 == 0 ? store : OtherClient, i).AsTask())));
}
