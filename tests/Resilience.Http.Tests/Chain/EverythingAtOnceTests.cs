using System.Collections.Concurrent;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.ConcurrencyLimit;
using Resilience.Http.RateLimiting;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Chain;

/// <summary>
/// 10,000 calls with every feature switched on, of callers that leave, dispose of their requests and edit the settings at any moment. At
/// the end nothing is left: no send, permit, place in a queue, response or timer.
/// </summary>
public sealed class EverythingAtOnceTests
{
    private const int Callers = 10;
    private const int CallsEach = 50;

    /// <summary>The total timeout, and what a send takes that does not look at its token.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromMilliseconds(1_600 + 270);
    private static readonly Uri[] Addresses =
        [new("https://payments.internal/"), new("http://a.internal/"), new("http://b.internal/"), new("http://c.internal/")];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Nothing_is_leaked_whatever_happens_concurrently(int seed)
    {
        var clock = new VirtualTimeProvider();
        var unobserved = new ConcurrentBag<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, e) => unobserved.Add(e.Exception);
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            await RunAsync(seed, clock);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }

        Assert.DoesNotContain(unobserved, exception => exception.ToString().Contains(NameOf(seed), StringComparison.Ordinal));
        clock.Advance(TimeSpan.FromHours(1)); // Pooled timers may tick once more.
        Assert.Empty(clock.PendingTimers.Select(timer => $"Seed {seed}: {timer}"));
    }

    /// <summary>Names the round in each exception, so that one which nothing observes can be told from those of other tests.</summary>
    private static string NameOf(int seed) => $"service-of-seed-{seed}-end";

    private static async Task RunAsync(int seed, VirtualTimeProvider clock)
    {
        var server = new MoodyServer(seed, NameOf(seed), clock);
        var random = new Random(seed);
        using var client = new ChainClient(
            server, options => SwitchOn(options, random), clock, chance: new Random(seed).NextDouble, name: NameOf(seed));
        client.Service.Host.Shutdown.Expect();
        var ended = 0;
        var stops = random.Next(3) == 0;
        await clock.RunAsync(() => Task.WhenAll(Enumerable.Range(0, Callers).Select(async number =>
        {
            var mine = new Random((seed * 100) + number);
            for (var call = 0; call < CallsEach; call++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(mine.Next(200)), clock);
                if (number == 0 && call % 5 == 0)
                {
                    Edit(client, mine);
                }

                if (stops && number == 1 && call == CallsEach - 5)
                {
                    client.Service.Host.Shutdown.Begin(TimeSpan.FromSeconds(2));
                }

                var began = clock.Elapsed;
                await CallAsync(client.Http, mine, clock, seed);
                Assert.InRange(clock.Elapsed - began, TimeSpan.Zero, LongestCall);
                Interlocked.Increment(ref ended);
            }
        })));

        clock.Advance(TimeSpan.FromSeconds(1)); // Losers that do not look at their token.
        await Task.WhenAll(server.Sends).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(Callers * CallsEach, ended);
        Assert.True(
            SpinWait.SpinUntil(() => Left(client, server).Length == 0, Patience),
            $"Seed {seed}: {string.Join(", ", Left(client, server))}");
        Assert.True(
            SpinWait.SpinUntil(() => server.Contents.All(static content => content.IsDisposed), Patience),
            $"Seed {seed}: a response was not disposed of");
    }

    private static void SwitchOn(ResilientHttpClientOptions options, Random random)
    {
        options.TotalTimeout = TimeSpan.FromMilliseconds(1_600);
        options.AttemptTimeout = TimeSpan.FromMilliseconds(random.Next(100, 800));
        options.BodyIdleTimeout = TimeSpan.FromSeconds(1);
        options.Retry.MaxRetries = random.Next(0, 3);
        options.Retry.BaseDelay = TimeSpan.FromMilliseconds(random.Next(1, 200));
        options.Hedging.Enabled = true;
        options.Hedging.Delay = TimeSpan.FromMilliseconds(50);
        options.Hedging.MaxHedges = random.Next(1, 5);
        options.Hedging.Percentile = 0.5;
        options.Hedging.MaxExtraLoad = 1;
        options.Deadline.Propagate = true;
        options.Fallback.StaleIfError = TimeSpan.FromMinutes(1);
        options.CircuitBreaker.FailureThreshold = random.Next(2, 20);
        options.CircuitBreaker.RecoveryTimeout = TimeSpan.FromMilliseconds(300);
        options.ConcurrencyLimit.Enabled = true;
        options.ConcurrencyLimit.Limit = random.Next(1, 12);
        options.ConcurrencyLimit.QueueLimit = random.Next(0, 8);
        options.ConcurrencyLimit.Mode = (HttpConcurrencyLimitMode)random.Next(2);
        options.RateLimit.Enabled = true;
        options.RateLimit.Permits = random.Next(20, 200);
        options.RateLimit.Burst = random.Next(1, 20);
        options.RateLimit.QueueLimit = random.Next(0, 8);
        options.RateLimit.Scope = (HttpRateLimitScope)random.Next(2);
        options.BaseAddress = new Uri("https://payments.internal/");
        if (random.Next(2) == 0)
        {
            options.Endpoints.Addresses = [.. Addresses[1..].Select(static address => new HttpEndpoint(address))];
        }
    }

    private static void Edit(ChainClient client, Random random)
    {
        var options = client.Service.Options.Copy();
        options.Edition++;
        options.ConcurrencyLimit.Limit = random.Next(1, 12);
        options.ConcurrencyLimit.QueueLimit = random.Next(0, 8);
        options.ConcurrencyLimit.Mode = (HttpConcurrencyLimitMode)random.Next(2);
        options.ConcurrencyLimit.Enabled = random.Next(4) > 0;
        options.ConcurrencyLimit.Scope = (HttpConcurrencyLimitScope)random.Next(2);
        options.ConcurrencyLimit.Rejection = (HttpRejection)random.Next(2);
        options.RateLimit.Enabled = random.Next(4) > 0;
        options.RateLimit.Permits = random.Next(20, 200);
        options.RateLimit.QueueLimit = random.Next(0, 8);
        options.CircuitBreaker.Enabled = random.Next(8) > 0;
        options.Hedging.Enabled = random.Next(4) > 0;
        client.Service.Use(options);
    }

    private static async Task CallAsync(HttpClient http, Random random, VirtualTimeProvider clock, int seed)
    {
        using var caller = new CancellationTokenSource();
        using var request = random.Next(4) switch
        {
            0 => new HttpRequestMessage(HttpMethod.Post, "charges") { Content = new StringContent("{}") },
            1 => new HttpRequestMessage(HttpMethod.Put, "charges/1") { Content = new ByteArrayContent(new byte[8]) }.AllowHedging(),
            _ => new HttpRequestMessage(HttpMethod.Get, $"charges/{random.Next(5)}"),
        };
        var kind = random.Next(6);
        await using var timer = clock.CreateTimer(
            _ =>
            {
                if (kind == 0)
                {
                    caller.Cancel();
                }
                else if (kind == 1)
                {
                    request.Dispose();
                }
            },
            null,
            TimeSpan.FromMilliseconds(random.Next(12) * 50),
            Timeout.InfiniteTimeSpan);
        using var deadline = random.Next(4) == 0 ? ResilienceDeadline.Begin(TimeSpan.FromMilliseconds(random.Next(0, 900)), clock) : null;
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, caller.Token);
            if (random.Next(2) == 0)
            {
                await response.Content.ReadAsByteArrayAsync(caller.Token);
            }
        }
        catch (RequestTimedOutException)
        {
        }
        catch (OperationCanceledException canceled)
        {
            Assert.True(caller.IsCancellationRequested, $"Seed {seed}: {canceled}");
            Assert.Equal(caller.Token, canceled.CancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or ObjectDisposedException)
        {
        }
    }

    private static string[] Left(ChainClient client, MoodyServer server)
    {
        var limiters = ServiceLimiters.GetOrCreate(client.Service);
        var left = Addresses.Select(limiters.GetOrAdd).Distinct()
            .Where(static limiter => limiter.Permits.InFlight + limiter.Permits.Waiting > 0)
            .Select(static limiter => $"{limiter.Authority} has {limiter.Permits.InFlight} in flight, {limiter.Permits.Waiting} waiting");
        var circuits = ServiceCircuits.GetOrCreate(client.Service).CountInFlight().Where(static row => row.InFlight > 0)
            .Select(static row => $"the circuit of {row.AuthorityTag} has {row.InFlight} in flight");
        var buckets = RateLimiter.GetOrCreate(client.Service).Buckets;
        var rates = Addresses.Select(uri => buckets.GetOrAdd(uri, client.Service.Options.RateLimit.Scope))
            .Distinct()
            .Where(static bucket => bucket.Queue.Count > 0)
            .Select(static bucket => $"the rate of {bucket.Authority} has waiters");
        return [.. left, .. rates, .. circuits, .. server.InFlight > 0 ? ["the server has sends in flight"] : Array.Empty<string>()];
    }
}
