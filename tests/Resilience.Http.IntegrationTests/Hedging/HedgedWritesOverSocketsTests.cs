using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;
using Resilience.Http.IntegrationTests.Retry;
using static Resilience.Http.IntegrationTests.Hedging.HedgingClients;

namespace Resilience.Http.IntegrationTests.Hedging;

/// <summary>Which writes are hedged, and what a server sees of them.</summary>
public sealed class HedgedWritesOverSocketsTests
{
    [Fact]
    public async Task A_POST_with_a_key_is_not_hedged_and_causes_no_conflict()
    {
        await using var server = await PaymentServer.StartAsync();
        using var client = Client(delay: 20);

        using var response = await client.SendAsync(server.Charge());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([200], server.Answers);
    }

    [Fact]
    public async Task A_POST_that_may_be_hedged_does_not_end_with_the_conflict_of_its_second_send()
    {
        await using var server = await PaymentServer.StartAsync(untilConflict: true);
        using var client = Client(delay: 20);

        using var response = await client.SendAsync(server.Charge().AllowHedging());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([409, 200], server.Answers);
    }

    [Fact]
    public async Task A_slow_PUT_is_not_hedged_so_none_is_applied_after_the_next()
    {
        var applied = new ConcurrentQueue<string>();
        await using var server = await RealServer.StartAsync(async context =>
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync();
            await Task.Delay(applied.IsEmpty ? 300 : 0);
            applied.Enqueue(body);
        });
        using var client = Client(delay: 20);

        using var first = await client.PutAsync(server.Address, new StringContent("1"));
        using var second = await client.PutAsync(server.Address, new StringContent("2"));

        Assert.Equal(["1", "2"], applied);
    }

    /// <summary>
    /// Takes 300 ms for a charge, or until a second request has come. A second request with the key of a running one gets 409.
    /// </summary>
    private sealed class PaymentServer(RealServer server, ConcurrentQueue<int> answers) : IAsyncDisposable
    {
        public IEnumerable<int> Answers => answers;

        public static async Task<PaymentServer> StartAsync(bool untilConflict = false)
        {
            var answers = new ConcurrentQueue<int>();
            var running = new ConcurrentDictionary<string, bool>();
            var conflict = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new PaymentServer(
                await RealServer.StartAsync(async context =>
                {
                    var key = context.Request.Headers["Idempotency-Key"].ToString();
                    if (!running.TryAdd(key, true))
                    {
                        answers.Enqueue(context.Response.StatusCode = StatusCodes.Status409Conflict);
                        conflict.SetResult();
                        return;
                    }

                    await (untilConflict ? conflict.Task.WaitAsync(Patience) : Task.Delay(300));
                    running.TryRemove(key, out _);
                    answers.Enqueue(context.Response.StatusCode);
                }),
                answers);
        }

        public HttpRequestMessage Charge()
        {
            var request = new HttpRequestMessage(HttpMethod.Post, server.Address) { Content = new StringContent("{}") };
            request.Headers.Add("Idempotency-Key", "order-17");
            return request;
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
