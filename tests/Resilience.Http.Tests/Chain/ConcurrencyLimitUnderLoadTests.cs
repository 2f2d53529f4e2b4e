using System.Net;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.ConcurrencyLimit;

namespace Resilience.Http.Tests.Chain;

/// <summary>
/// 100,000 calls from 64 callers through the whole chain on real threads, with cancellation, disposal, timeouts, refusals of the circuit
/// and edits of the limit. What is in flight never grows while it is at or above the limit in force.
/// </summary>
public sealed class ConcurrencyLimitUnderLoadTests
{
    private const int Callers = 64;
    private const int Calls = 100_000;
    private const int LowestLimit = 4;
    private const int HighestLimit = 24;
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Uri Address = new("https://payments.internal/charges/1");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task In_flight_never_exceeds_the_limit_and_ends_at_zero(bool hedged)
    {
        var seed = Environment.TickCount;
        using var server = new BusyServer();
        using var client = new ChainClient(server, options =>
        {
            options.ConcurrencyLimit = new() { Enabled = true, Limit = HighestLimit, QueueLimit = 40 };
            options.CircuitBreaker.FailureThreshold = 3;
            options.CircuitBreaker.RecoveryTimeout = TimeSpan.FromMilliseconds(2);
            options.TotalTimeout = TimeSpan.FromMilliseconds(50);
            options.AttemptTimeout = TimeSpan.FromMilliseconds(10);
            options.Retry.MaxRetries = 1;
            options.Retry.BaseDelay = TimeSpan.FromMilliseconds(1);
            options.Hedging.Enabled = hedged;
            options.Hedging.Delay = TimeSpan.FromMilliseconds(1);
            options.Hedging.MaxExtraLoad = 1;
        });
        var permits = ServiceLimiters.GetOrCreate(client.Service).GetOrAdd(Address).Permits;
        server.Permits = permits;
        var (begun, ended, clock) = (0, 0, System.Diagnostics.Stopwatch.StartNew());

        var callers = Enumerable.Range(0, Callers).Select(number => Task.Factory.StartNew(
            async () =>
            {
                var random = new Random(seed + number);
                while (clock.Elapsed < LongestRun && Interlocked.Increment(ref begun) <= Calls)
                {
                    await CallAsync(client.Http, random);
                    Interlocked.Increment(ref ended);
                    if (number == 0 && random.Next(20) == 0)
                    {
                        Edit(client, server, random);
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.None,
            TaskScheduler.Default).Unwrap()).ToArray();
        await Task.WhenAll(callers).WaitAsync(LongestRun + Patience, TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"Seed {seed}: {ended} calls, {server.Received} sends, at most {server.Most} in flight");
        Assert.True(ended is > 1_000 and <= Calls && server.Received > 1_000, $"Seed {seed}: {ended}");
        Assert.True(server.Excess == 0, $"Seed {seed}: {server.Excess} sends arrived above the limit");
        Assert.True(SpinWait.SpinUntil(() => server.InFlight == 0 && permits.InFlight == 0, Patience), $"Seed {seed}: {permits.InFlight}");
        Assert.Equal(0, permits.Waiting);
        Assert.All(ServiceCircuits.GetOrCreate(client.Service).CountInFlight(), static row => Assert.Equal(0, row.InFlight));
        for (var permit = 0; permit < permits.Limit; permit++)
        {
            Assert.True(permits.TryAcquire(), $"Seed {seed}: permit {permit} of {permits.Limit} is lost");
        }

        Assert.False(permits.TryAcquire());
    }

    private static async Task CallAsync(HttpClient http, Random random)
    {
        using var caller = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, Address);
        var (kind, synchronous) = (random.Next(8), random.Next(16) == 0);
        if (kind == 0)
        {
            caller.CancelAfter(random.Next(4));
        }

        try
        {
            if (synchronous)
            {
                http.Send(request, HttpCompletionOption.ResponseHeadersRead, caller.Token).Dispose();
                return;
            }

            var call = http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, caller.Token);
            if (kind == 1)
            {
                await Task.Yield();
                request.Dispose();
            }
            else if (kind == 2)
            {
                await Task.Yield();
                await caller.CancelAsync();
            }

            (await call).Dispose();
        }
        catch (CircuitOpenException)
        {
            await Task.Delay(1); // Or most of the calls would fall into the few breaks.
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException or ObjectDisposedException)
        {
        }
    }

    private static void Edit(ChainClient client, BusyServer server, Random random)
    {
        var limit = random.Next(LowestLimit, HighestLimit + 1);
        var options = client.Service.Options.Copy();
        options.Edition++;
        options.ConcurrencyLimit.Limit = limit;
        server.BeforeEdit(limit);
        client.Service.Use(options);
        server.AfterEdit(limit);
    }

    /// <summary>
    /// Counts what is in flight, and compares it with the limit in force when a send arrives. During an edit, and after one downwards until
    /// the permits that are out have come down once, that is the earlier limit.
    /// </summary>
    private sealed class BusyServer : HttpMessageHandler
    {
        private readonly Lock _gate = new();
        private readonly Random _random = new(1);
        private int _allowed = HighestLimit;
        private int _limit = HighestLimit;
        private bool _isEditing;

        public ConcurrencyLimiter? Permits { get; set; }

        public int InFlight { get; private set; }

        public int Received { get; private set; }

        public int Most { get; private set; }

        public int Excess { get; private set; }

        public void BeforeEdit(int limit)
        {
            lock (_gate)
            {
                (_isEditing, _limit) = (true, limit);
                _allowed = Math.Max(_allowed, limit);
            }
        }

        public void AfterEdit(int limit)
        {
            lock (_gate)
            {
                _isEditing = false;
                _limit = limit;
            }
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Enter();
            try
            {
                Thread.Yield();
                return Respond(request, 3);
            }
            finally
            {
                Leave();
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var kind = Enter();
            try
            {
                if (kind < 2)
                {
                    await Task.Delay(kind == 0 ? 20 : 1, cancellationToken);
                }
                else
                {
                    await Task.Yield();
                }

                return Respond(request, kind);
            }
            finally
            {
                Leave();
            }
        }

        private static HttpResponseMessage Respond(HttpRequestMessage request, int kind) =>
            new(kind == 2 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK) { RequestMessage = request };

        private int Enter()
        {
            lock (_gate)
            {
                if (!_isEditing && Permits!.InFlight <= _limit)
                {
                    _allowed = _limit;
                }

                InFlight++;
                Received++;
                Most = Math.Max(Most, InFlight);
                Excess += InFlight > _allowed ? 1 : 0;
                return _random.Next(20);
            }
        }

        private void Leave()
        {
            lock (_gate)
            {
                InFlight--;
            }
        }
    }
}
