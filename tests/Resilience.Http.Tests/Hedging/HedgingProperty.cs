using System.Collections.Concurrent;
using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Hedging;

/// <summary>Whatever ends a call at whatever moment: it ends once, on time, and none of its sends is left running.</summary>
public sealed class HedgingProperty
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Nothing_is_left_running_whatever_ends_a_call(int seed)
    {
        var random = new Random(seed);
        var clock = new VirtualTimeProvider();
        var server = new RandomServer(random, clock);
        using var client = new ChainClient(
            server,
            options =>
            {
                options.Hedging.Enabled = true;
                options.Hedging.Delay = TimeSpan.FromMilliseconds(100);
                options.Hedging.MaxHedges = random.Next(1, 5);
                options.Hedging.Percentile = 0.5;
                options.Hedging.MaxExtraLoad = 1;
                options.Retry.MaxRetries = random.Next(0, 3);
                options.Retry.Budget.Enabled = false;
                options.AttemptTimeout = TimeSpan.FromMilliseconds(random.Next(50, 1_000));
                options.TotalTimeout = TimeSpan.FromMilliseconds(1_500);
                options.CircuitBreaker.FailureThreshold = random.Next(1, 10);
                options.CircuitBreaker.RecoveryTimeout = TimeSpan.FromMilliseconds(500);
            },
            clock);

        for (var call = 0; call < 50; call++)
        {
            var startedAt = clock.Elapsed;
            try
            {
                using var response = await clock.RunAsync(() => CallAsync(client.Http, random, clock));
            }
            catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException or ObjectDisposedException)
            {
            }

            Assert.True(clock.Elapsed - startedAt <= TimeSpan.FromMilliseconds(1_500), $"Seed {seed}, call {call}");
        }

        await Task.WhenAll(server.Sends).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    private static async Task<HttpResponseMessage> CallAsync(HttpClient http, Random random, VirtualTimeProvider clock)
    {
        using var caller = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, "charges/1");
        var end = random.Next(3);
        await using var timer = clock.CreateTimer(
            _ =>
            {
                switch (end)
                {
                    case 0:
                        caller.Cancel();
                        break;
                    case 1:
                        request.Dispose();
                        break;
                }
            },
            null,
            TimeSpan.FromMilliseconds(random.Next(0, 8) * 50),
            Timeout.InfiniteTimeSpan);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, caller.Token);
    }

    /// <summary>Answers well, badly or not at all, at times that often coincide with those of the chain.</summary>
    private sealed class RandomServer(Random random, VirtualTimeProvider clock) : HttpMessageHandler
    {
        public ConcurrentBag<Task> Sends { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            int duration, kind;
            lock (random)
            {
                duration = random.Next(0, 10) * 50;
                kind = random.Next(6);
            }

            var ended = new TaskCompletionSource();
            Sends.Add(ended.Task);
            return AnswerAsync();

            async Task<HttpResponseMessage> AnswerAsync()
            {
                try
                {
                    await Task.Delay(
                        kind == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(duration), clock, cancellationToken);
                    return kind switch
                    {
                        1 => new(HttpStatusCode.InternalServerError) { RequestMessage = request },
                        2 => new(HttpStatusCode.Conflict) { RequestMessage = request },
                        3 => throw new HttpRequestException("cut"),
                        _ => new(HttpStatusCode.OK) { RequestMessage = request },
                    };
                }
                finally
                {
                    ended.SetResult();
                }
            }
        }
    }
}
