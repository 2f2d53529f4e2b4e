using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Resilience.Http.IntegrationTests.Retry;
using static Resilience.Http.IntegrationTests.Hedging.HedgingClients;

namespace Resilience.Http.IntegrationTests.Hedging;

/// <summary>Hedging over real sockets: losers, connections and spans.</summary>
public sealed class HedgingOverSocketsTests
{
    [Fact]
    public async Task A_loser_that_ignores_its_token_delays_nothing_and_its_late_response_is_disposed()
    {
        await using var server = await RealServer.StartAsync(context => context.Response.WriteAsync("ok"));
        var stubborn = new StubbornHandler();
        using var client = Client(delay: 20, inside: stubborn);

        using var response = await client.GetAsync(server.Address).WaitAsync(Patience);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(stubborn.Disposed.IsCompleted);
        stubborn.GoOn();
        await stubborn.Disposed.WaitAsync(Patience);
    }

    [Fact]
    public async Task After_10000_hedged_calls_no_connection_is_leaked()
    {
        const int calls = 10_000;
        const int callers = 16;
        var (seen, suppressed) = (new ConcurrentDictionary<string, int>(), 0);
        await using var server = await RealServer.StartAsync(async context =>
        {
            if (seen.AddOrUpdate(context.Request.Path, 1, static (_, count) => count + 1) == 1)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        });
        using var client = Client(delay: 1, timeout: TimeSpan.FromHours(1)); // So that no time limit ends what a leak leaves running.

        await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
        {
            for (var call = 0; call < calls / callers; call++)
            {
                using var response = await GetAsync(new Uri(server.Address, $"{caller}/{call}"));
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }
        }));

        // On a busy machine, a hedge may be suppressed because the process is behind. Asked again, the server answers.
        async Task<HttpResponseMessage> GetAsync(Uri uri)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            try
            {
                return await client.GetAsync(uri, patience.Token);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref suppressed);
                return await client.GetAsync(uri);
            }
        }

        // A cancelled request closes its connection; the server hears of it a little later.
        for (var wait = 0; server.OpenConnections > callers && wait < 300; wait++)
        {
            await Task.Delay(100);
        }

        Assert.Equal(calls, seen.Count);
        Assert.InRange(server.OpenConnections, 0, callers);

        // SocketsHttpHandler sends a GET again by itself if the connection it took was closed at that moment.
        Assert.InRange(seen.Values.Sum(), 2 * calls, (2 * calls) + (2 * suppressed) + 10);
    }

    [Fact]
    public async Task Sends_are_siblings_with_their_resend_count_and_the_loser_is_not_an_error()
    {
        var count = 0;
        await using var server = await RealServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/hedged" && Interlocked.Increment(ref count) == 1)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        });
        using var client = Client(delay: 50);
        using var own = Listen("Resilience.Http", static _ => { });
        (await client.GetAsync(server.Address)).Dispose(); // From here on the chain hears the spans before this test does.
        var spans = new ConcurrentQueue<Activity>();
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var address = new Uri(server.Address, "hedged");
        using var sockets = Listen("System.Net.Http", span =>
        {
            if (address.AbsoluteUri.Equals(span.GetTagItem("url.full")))
            {
                spans.Enqueue(span);
                if (spans.Count == 2)
                {
                    both.SetResult();
                }
            }
        });

        (await client.GetAsync(address)).Dispose();
        await both.Task.WaitAsync(Patience);

        var sends = spans.OrderBy(static span => span.StartTimeUtc).ToArray();
        Assert.Equal([null, 1], sends.Select(static span => span.GetTagItem("http.request.resend_count")));
        Assert.All(sends, static span => Assert.Equal(ActivityStatusCode.Unset, span.Status));
        Assert.All(sends, static span => Assert.Null(span.GetTagItem("error.type")));
        Assert.Equal(sends[0].ParentSpanId, sends[1].ParentSpanId);
    }

    private static ActivityListener Listen(string source, Action<Activity> stopped)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = each => each.Name == source,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = stopped,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>The first send does not listen to its token, and goes on only when the test says so.</summary>
    private sealed class StubbornHandler : DelegatingHandler
    {
        private readonly TaskCompletionSource _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _sends;

        public Task Disposed => _disposed.Task;

        public void GoOn() => _goesOn.SetResult();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _sends) > 1)
            {
                return await base.SendAsync(request, cancellationToken);
            }

            await _goesOn.Task;
            var response = await base.SendAsync(request, CancellationToken.None);
            response.Content = new ReportingContent(response.Content, _disposed);
            return response;
        }
    }

    private sealed class ReportingContent(HttpContent inner, TaskCompletionSource disposed) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => inner.CopyToAsync(stream, context);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            disposed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
