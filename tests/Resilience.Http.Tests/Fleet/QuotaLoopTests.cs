using Microsoft.Extensions.Logging;
using Resilience.Http.Fleet.Quotas;
using Resilience.Http.Pipeline;
using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.Fleet;

/// <summary>When a replica counts the store of its quota as lost, and what it does then.</summary>
public sealed class QuotaLoopTests : IDisposable
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly AppLogs _logs = new();
    private readonly ILoggerFactory _loggers;
    private readonly ResilienceRuntime _host;
    private readonly PartlyFailingStore _store;
    private readonly RateBucket _bucket;
    private readonly QuotaLoop _loop;

    public QuotaLoopTests()
    {
        _loggers = LoggerFactory.Create(log => log.AddProvider(_logs));
        _host = new(_clock, static () => 0.5, _loggers);
        _host.GetOrCreate(static _ => new PermitSourceSlot()).Source = new NoSource();
        _store = new(new InMemoryFleetStore(_clock));
        _bucket = new("payments", "*", "*", QuotaSimulation.Options(null), _host);
        _loop = new(_bucket, "r1", _store, new(), _host);
    }

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public async Task Two_failures_with_a_pause_between_them_are_not_an_outage()
    {
        (_store.FailsGrants, _store.FailsSyncs) = (true, true);
        await FailOnceAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        await FailOnceAsync();

        Assert.False(_loop.IsLost);
        Assert.Empty(_logs.Named("QuotaStoreLost"));
    }

    [Fact]
    public async Task Consecutive_failures_are_an_outage()
    {
        (_store.FailsGrants, _store.FailsSyncs) = (true, true);
        _ = SendAsync(CancellationToken.None);
        await StepsAsync(seconds: 1.9);
        Assert.False(_loop.IsLost);
        await StepsAsync(seconds: 0.5);

        Assert.True(_loop.IsLost);
        Assert.Single(_logs.Named("QuotaStoreLost"));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_replica_that_counts_the_store_as_lost_sends_its_share(bool failsGrants, bool failsSyncs)
    {
        (_store.FailsGrants, _store.FailsSyncs) = (failsGrants, failsSyncs);
        List<Task<QueueResult>> sends = [];
        for (var step = 0; step < 100; step++)
        {
            sends.Add(SendAsync(CancellationToken.None));
            await StepsAsync(seconds: 0.1);
            Assert.False(_loop.IsLost && _bucket.Queue.Pace.IsGranted);
        }

        Assert.True(_loop.IsLost);
        Assert.Single(_logs.Named("QuotaStoreLost"));
        Assert.InRange(_bucket.Queue.Count, 0, 2);
    }

    [Fact]
    public async Task A_rate_that_is_no_longer_shared_is_not_reported_as_back()
    {
        _store.FailsGrants = true;
        _ = SendAsync(CancellationToken.None);
        await StepsAsync(seconds: 3);
        Assert.True(_loop.IsLost);
        _bucket.Use(QuotaSimulation.Options(static options => options.Scope = HttpRateLimitScope.Service));
        await StepsAsync(seconds: 3);

        Assert.False(_loop.IsLost);
        Assert.Empty(_logs.Named("QuotaStoreBack"));
        _bucket.Use(QuotaSimulation.Options(null));
        Assert.True(_bucket.Queue.Pace.IsGranted);
    }

    [Fact]
    public async Task The_store_requests_of_a_quota_do_not_run_in_the_context_of_the_first_call()
    {
        var local = new AsyncLocal<string?>();
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.OnGrant = () => seen.TrySetResult(local.Value);
        using var stopping = new CancellationTokenSource();
        var quotas = new FleetQuotas("r1", _store, new(), _host);
        quotas.Start(stopping.Token);
        local.Value = "the first call";
        var first = SendAsync(CancellationToken.None);

        Assert.Null(await seen.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        await stopping.CancelAsync();
        await quotas.StopAsync(CancellationToken.None);
        await first.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>A send waits, the question for its permit fails, and its caller cancels it.</summary>
    private async Task FailOnceAsync()
    {
        using var caller = new CancellationTokenSource();
        var send = SendAsync(caller.Token);
        await _loop.StepAsync(CancellationToken.None);
        await caller.CancelAsync();
        Assert.Equal(QueueEnd.Canceled, (await send).End);
    }

    private Task<QueueResult> SendAsync(CancellationToken cancellationToken) =>
        _bucket.Queue.EnterAsync(50, long.MaxValue, TimeSpan.MaxValue, async: true, cancellationToken);

    /// <summary>The loop in virtual time, on this thread.</summary>
    private async Task StepsAsync(double seconds)
    {
        var end = _clock.Elapsed + TimeSpan.FromSeconds(seconds);
        while (_clock.Elapsed < end)
        {
            var pause = await _loop.StepAsync(CancellationToken.None);
            var left = end - _clock.Elapsed;
            _clock.Advance(pause < left ? pause : left);
        }
    }

    private sealed class NoSource : IPermitSource
    {
        public void OnWaiting(RateBucket bucket)
        {
        }
    }

    /// <summary>A store that refuses one kind of command, as a server that is full or does not permit it.</summary>
    private sealed class PartlyFailingStore(IFleetStore store) : IFleetStore
    {
        public bool FailsGrants { get; set; }

        public bool FailsSyncs { get; set; }

        public Action? OnGrant { get; set; }

        public ValueTask<FleetSyncResult> SyncAsync(FleetSync sync, CancellationToken cancellationToken) =>
            FailsSyncs ? throw new IOException("OOM command not allowed") : store.SyncAsync(sync, cancellationToken);

        public ValueTask<FleetWriteResult> TryWriteAsync(FleetWrite write, CancellationToken cancellationToken) =>
            store.TryWriteAsync(write, cancellationToken);

        public ValueTask<FleetGrant> GrantAsync(FleetGrantRequest request, CancellationToken cancellationToken)
        {
            OnGrant?.Invoke();
            return FailsGrants ? throw new IOException("OOM command not allowed") : store.GrantAsync(request, cancellationToken);
        }
    }
}
