using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Fleet.Quotas;
using Resilience.Http.Fleet.Rules;
using Resilience.Http.Fleet.Running;
using Resilience.Http.Pipeline;
using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fleet;

/// <summary>A store that fails after the replica has stopped waiting for it.</summary>
public sealed class LateStoreTests
{
    private const string Probe = "the store failed after the replica had stopped waiting for it";

    public static TheoryData<string> Commands => new("sync", "write", "grant");

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_that_fails_too_late_leaves_no_unobserved_exception(string command)
    {
        var unobserved = await CountUnobservedAsync(() => RunAsync(command));

        Assert.Equal(0, unobserved);
    }

    private static async Task<int> CountUnobservedAsync(Func<Task> act)
    {
        var unobserved = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, e) =>
            unobserved += e.Exception.ToString().Contains(Probe, StringComparison.Ordinal) ? 1 : 0;
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            await Task.Run(act);
            for (var i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }

        return unobserved;
    }

    private static async Task RunAsync(string command)
    {
        var clock = new VirtualTimeProvider();
        var store = new LateStore();
        var asked = command == "grant" ? AskForPermitsAsync(store, clock) : AskReplicaAsync(store, clock, command);
        clock.Advance(TimeSpan.FromMilliseconds(300));
        await asked.WaitAsync(TimeSpan.FromSeconds(30));
        store.Fail();
    }

    private static async Task AskReplicaAsync(LateStore store, VirtualTimeProvider clock, string command)
    {
        using var replica = new FleetReplica("r1", store, new NoCircuits(), new NoCircuits(), clock, static () => 0.5);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command == "sync"
            ? replica.ExchangeAsync(CancellationToken.None).AsTask()
            : replica.SteerAsync("payments", static at => new("*", true, "", "", at, null), CancellationToken.None).AsTask());
    }

    private static async Task AskForPermitsAsync(LateStore store, VirtualTimeProvider clock)
    {
        var host = new ResilienceRuntime(clock, static () => 0.5);
        host.GetOrCreate(static _ => new PermitSourceSlot()).Source = new NoCircuits();
        var bucket = new RateBucket("payments", "*", "*", QuotaSimulation.Options(null), host);
        var loop = new QuotaLoop(bucket, "r1", store, new(), host);
        _ = bucket.Queue.EnterAsync(1, long.MaxValue, TimeSpan.MaxValue, async: true, CancellationToken.None);
        await loop.StepAsync(CancellationToken.None);
    }

    /// <summary>It answers nothing until it fails, whatever its tokens say.</summary>
    private sealed class LateStore : IFleetStore
    {
        private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<Task> _commands = [];

        public ValueTask<FleetSyncResult> SyncAsync(FleetSync sync, CancellationToken cancellationToken) => Answer<FleetSyncResult>();

        public ValueTask<FleetWriteResult> TryWriteAsync(FleetWrite write, CancellationToken cancellationToken) =>
            Answer<FleetWriteResult>();

        public ValueTask<FleetGrant> GrantAsync(FleetGrantRequest request, CancellationToken cancellationToken) => Answer<FleetGrant>();

        public void Fail()
        {
            _failed.SetException(new IOException(Probe));
            SpinWait.SpinUntil(() => _commands.TrueForAll(static command => command.IsCompleted), TimeSpan.FromSeconds(30));
            _ = _failed.Task.Exception;
        }

        private ValueTask<T> Answer<T>()
        {
            var command = FailAsync<T>();
            _commands.Add(command);
            return new(command);
        }

        private async Task<T> FailAsync<T>()
        {
            await _failed.Task;
            return default!;
        }
    }

    private sealed class NoCircuits : ICircuitSource, ISteered, IPermitSource
    {
        public IReadOnlyList<string> Services => ["payments"];

        public IEnumerable<(Circuit Circuit, HttpFleetOptions Options)> Circuits => [];

        public void Carry(string service, SteeringEntry entry, TimeSpan? left)
        {
        }

        public void OnWaiting(RateBucket bucket)
        {
        }
    }
}
