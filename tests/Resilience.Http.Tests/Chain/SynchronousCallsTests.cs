using System.Net;

namespace Resilience.Http.Tests.Chain;

/// <summary>Alone, since it narrows the pool of the whole process.</summary>
[CollectionDefinition(nameof(NarrowPool), DisableParallelization = true)]
public sealed class NarrowPool;

[Collection(nameof(NarrowPool))]
public sealed class SynchronousCallsTests
{
    [Fact]
    public async Task Two_hundred_synchronous_calls_on_a_pool_of_four_threads_finish_waits_included()
    {
        var server = new SynchronousServer();
        using var client = new ChainClient(server, options =>
        {
            options.Retry.BaseDelay = TimeSpan.FromMilliseconds(2);
            options.Retry.Budget.Enabled = false;
            options.CircuitBreaker.Enabled = false;
        });
        ThreadPool.GetMaxThreads(out var most, out var mostForIO);
        ThreadPool.GetMinThreads(out var least, out var leastForIO);
        try
        {
            Assert.True(ThreadPool.SetMinThreads(2, leastForIO) && ThreadPool.SetMaxThreads(4, mostForIO));

            var calls = Enumerable
                .Range(0, 200)
                .Select(_ => Task.Run(() => client.Http.Send(new HttpRequestMessage(HttpMethod.Get, ""), CancellationToken.None)));
            var responses = await Task.WhenAll(calls).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

            Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
            Assert.Equal(400, server.Sends);
        }
        finally
        {
            ThreadPool.SetMaxThreads(most, mostForIO);
            ThreadPool.SetMinThreads(least, leastForIO);
        }
    }

    /// <summary>Fails each request once. Knows no asynchronous calls, where a ScriptedServer answers both alike.</summary>
    private sealed class SynchronousServer : HttpMessageHandler
    {
        private static readonly HttpRequestOptionsKey<bool> Failed = new("failed");
        private int _sends;

        public int Sends => Volatile.Read(ref _sends);

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _sends);
            var again = request.Options.TryGetValue(Failed, out _);
            request.Options.Set(Failed, true);
            return new HttpResponseMessage(again ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable);
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("A synchronous call reached the inner handler as an asynchronous one.");
    }
}
