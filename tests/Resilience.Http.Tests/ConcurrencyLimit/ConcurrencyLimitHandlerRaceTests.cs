using Resilience.Http.ConcurrencyLimit;
using Resilience.Http.Requests;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.ConcurrencyLimit;

/// <summary>What comes at the same moment as a permit, or in its place.</summary>
public sealed class ConcurrencyLimitHandlerRaceTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Uri Address = new("https://payments.internal/");

    private readonly VirtualTimeProvider _clock = new();
    private readonly PendingServer _server = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_send_that_is_cancelled_when_it_gets_its_permit_is_not_sent(bool async)
    {
        using var client = Client(_clock);
        using var invoker = new HttpMessageInvoker(client.Handler, disposeHandler: false);
        using var caller = new CancellationTokenSource();
        var first = client.Http.GetAsync(Address, Token);
        var queued = async
            ? invoker.SendAsync(new(HttpMethod.Get, Address), caller.Token)
            : Task.Factory.StartNew(
                () => invoker.Send(new(HttpMethod.Get, Address), caller.Token),
                Token,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        Assert.True(SpinWait.SpinUntil(() => Permits(client).Waiting == 1, Patience));

        // The callback that was registered last runs first: the permit comes before the cancellation ends the wait.
        await using var releases = caller.Token.Register(() => _server.Answer());
        await caller.CancelAsync();

        var canceled = await Assert.ThrowsAsync<TaskCanceledException>(() => queued.WaitAsync(Patience, Token));
        Assert.Equal(caller.Token, canceled.CancellationToken);
        await first;
        Assert.Equal(1, _server.Received);
        Assert.Equal((0, 0), (Permits(client).InFlight, Permits(client).Waiting));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_send_whose_deadline_passes_in_the_queue_is_not_sent(int earlyByMilliseconds)
    {
        using var client = Client(new EarlyTimers(_clock, TimeSpan.FromMilliseconds(earlyByMilliseconds)), options =>
        {
            options.TotalTimeout = TimeSpan.FromSeconds(3);
            options.AttemptTimeout = TimeSpan.FromSeconds(3);
        });
        Assert.True(Permits(client).TryAcquire());
        var queued = client.Http.GetAsync(Address, Token);

        _clock.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromMilliseconds(earlyByMilliseconds));

        var timedOut = await Assert.ThrowsAsync<RequestTimedOutException>(() => queued.WaitAsync(Patience, Token));
        Assert.Equal(TimeoutScope.Total, timedOut.Scope);
        Assert.Equal(0, _server.Received);
        Assert.Equal((1, 0), (Permits(client).InFlight, Permits(client).Waiting));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_send_finds_a_permit_although_its_authority_is_forgotten(int queue)
    {
        using var server = new ScriptedServer(static script => script.Always(200));
        using var client = new ChainClient(server, options =>
            options.ConcurrencyLimit = new() { Enabled = true, Limit = 1, QueueLimit = queue });
        var limiters = ServiceLimiters.GetOrCreate(client.Service);
        var authorities = 0;

        Race.Run(
            900, // fewer than a table holds
            () =>
            {
                var uri = new Uri($"https://pod-{authorities++}.internal/");
                limiters.GetOrAdd(uri);
                return uri;
            },
            uri =>
            {
                var permits = limiters.GetOrAdd(uri).Permits;
                Assert.Equal((false, 0), (permits.IsRetired, permits.InFlight));
            },
            uri => client.Http.Send(new(HttpMethod.Get, uri), Token).Dispose(),
            uri => limiters.TryForget(Authority.From(uri)));

        Assert.Equal(authorities, server.Requests.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_send_that_finds_a_retired_limiter_takes_its_permit_from_the_next_one(int queue)
    {
        using var reached = new ManualResetEventSlim();
        using var server = new ScriptedServer(static script => script.Always(200));
        using var client = new ChainClient(server, options =>
        {
            options.ConcurrencyLimit = new() { Enabled = true, Limit = 1, QueueLimit = queue };
            options.RateLimit = new() { Enabled = true, QuotaKey = NoteReached };
        });
        Assert.True(Permits(client).TryRetire());
        var call = Task.Factory.StartNew(
            () => client.Http.Send(new(HttpMethod.Get, Address), Token), Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.True(reached.Wait(Patience, Token));

        Assert.True(ServiceLimiters.GetOrCreate(client.Service).TryForget("https://payments.internal"));

        using var response = await call.WaitAsync(Patience, Token);
        Assert.Equal((false, 0), (Permits(client).IsRetired, Permits(client).InFlight));

        // The rate limit comes right before the concurrency limit.
        string? NoteReached(HttpRequestMessage request)
        {
            reached.Set();
            return null;
        }
    }

    private static ConcurrencyLimiter Permits(ChainClient client) =>
        ServiceLimiters.GetOrCreate(client.Service).GetOrAdd(Address).Permits;

    private ChainClient Client(TimeProvider clock, Action<ResilientHttpClientOptions>? configure = null) => new(
        _server,
        options =>
        {
            options.ConcurrencyLimit = new() { Enabled = true, Limit = 1, QueueLimit = 1 };
            configure?.Invoke(options);
        },
        clock);

    /// <summary>Timers that fire early, as those of a machine may by the precision of its clock.</summary>
    private sealed class EarlyTimers(TimeProvider clock, TimeSpan by) : TimeProvider
    {
        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp() => clock.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            clock.CreateTimer(callback, state, dueTime > by ? dueTime - by : dueTime, period);
    }
}
