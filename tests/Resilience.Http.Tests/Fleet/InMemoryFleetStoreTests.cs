using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fleet;

public sealed class InMemoryFleetStoreTests
{
    public static TheoryData<string> Rules => [.. FleetStoreContract.Rules];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_store_satisfies_the_contract(string rule)
    {
        var clock = new VirtualTimeProvider();
        var contract = new FleetStoreContract(new InMemoryFleetStore(clock), time =>
        {
            clock.Advance(time);
            return Task.CompletedTask;
        });

        await contract.CheckAsync(rule);
    }

    [Theory]
    [InlineData("Of two clients that write at the same time one succeeds")]
    [InlineData("Two clients that ask at the same time never get one permit both")]
    public async Task A_store_that_reads_and_writes_in_two_steps_breaks_the_contract(string rule)
    {
        var (clock, store) = (new VirtualTimeProvider(), new TwoStepStore());
        var contract = new FleetStoreContract(store, time =>
        {
            clock.Advance(time);
            return Task.CompletedTask;
        });

        await Assert.ThrowsAsync<ResilienceAssertionException>(() => contract.CheckAsync(rule));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task No_run_of_windows_grants_more_than_the_quota(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var (random, clock) = (new Random(seed), new VirtualTimeProvider());
        var store = new InMemoryFleetStore(clock);
        var (permits, windows) = (random.Next(1, 200), random.Next(6, 25));
        var request = new FleetGrantRequest("quota", permits, random.Next(1, permits + 1), 50, windows, [], false, long.MaxValue);
        var granted = new Dictionary<long, int>();
        for (var step = 0; step < 2000; step++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(random.Next(10) == 0 ? random.Next(2000) : random.Next(30)));
            int[] wanted = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(3) == 0 ? random.Next(permits) : 0)];
            var grant = await store.GrantAsync(request with { Wanted = wanted }, CancellationToken.None);
            Assert.InRange(grant.Granted.Sum(), 0, wanted.Sum());
            for (var i = 0; i < wanted.Length; i++)
            {
                granted[grant.First + i] = granted.GetValueOrDefault(grant.First + i) + grant.Granted[i];
            }
        }

        Assert.All(granted.Keys, first => Assert.InRange(
            Enumerable.Range(0, windows + 1).Sum(i => granted.GetValueOrDefault(first + i)), 0, permits));
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    /// <summary>
    /// Any two commands read before either writes, as if a server ran its scripts at the same time. Each command of a race has a partner.
    /// </summary>
    private sealed class TwoStepStore : IFleetStore
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<string, long> _data = new(StringComparer.Ordinal);
        private TaskCompletionSource? _partner;

        public ValueTask<FleetSyncResult> SyncAsync(FleetSync sync, CancellationToken cancellationToken) =>
            new(new FleetSyncResult(1, [], []));

        public async ValueTask<FleetWriteResult> TryWriteAsync(FleetWrite write, CancellationToken cancellationToken)
        {
            var version = Read(write.Key);
            await MeetAsync();
            var written = version == write.ExpectedVersion;
            Write(write.Key, written ? version + 1 : version);
            return new(written, 1, null);
        }

        public async ValueTask<FleetGrant> GrantAsync(FleetGrantRequest request, CancellationToken cancellationToken)
        {
            var used = Read(request.Key);
            await MeetAsync();
            var granted = (int)Math.Min(request.Wanted[0], request.Permits - used);
            Write(request.Key, used + granted);
            return new(1, 0, [granted], 0);
        }

        private Task MeetAsync()
        {
            lock (_gate)
            {
                if (_partner is { } waiting)
                {
                    _partner = null;
                    waiting.SetResult();
                    return Task.CompletedTask;
                }

                _partner = new(TaskCreationOptions.RunContinuationsAsynchronously);
                return _partner.Task;
            }
        }

        private long Read(string key)
        {
            lock (_gate)
            {
                return _data.GetValueOrDefault(key);
            }
        }

        private void Write(string key, long value)
        {
            lock (_gate)
            {
                _data[key] = value;
            }
        }
    }
}
