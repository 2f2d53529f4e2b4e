using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Resilience.Http.Testing;
using WebApi.Charging;
using WebApi.Clients;
using WebApi.Orders;

namespace Resilience.Http.IntegrationTests.Sample;

/// <summary>Nothing that becomes of a charge or its order ends the worker, and with it the host.</summary>
public sealed class ChargeWorkerTests
{
    private const string Made = """{ "id": "ch-1", "amount": 9.00 }""";

    private readonly VirtualTimeProvider _clock = new();
    private readonly OrderStore _orders = new();
    private readonly ChargeQueue _queue = new(new ConfigurationManager());

    [Fact]
    public async Task A_charge_that_times_out_in_the_HttpClient_stays_in_the_queue()
    {
        var order = Queue("order-1");

        var server = await WorkAsync(s => s
            .Then(
                static HttpResponseMessage (_) => throw new TaskCanceledException(
                    "The request was canceled due to the configured HttpClient.Timeout.", new TimeoutException()))
            .Then(200, Made));

        Assert.Equal(["order-1", "order-1"], Keys(server));
        Assert.Equal(OrderStatus.Charged, _orders.Find(order.Id)!.Status);
    }

    [Fact]
    public async Task The_charge_of_a_removed_order_is_not_made()
    {
        Queue("order-1");
        _orders.Remove("order-1");
        var next = Queue("order-2");

        var server = await WorkAsync(s => s.Then(200, Made));

        Assert.Equal(["order-2"], Keys(server));
        Assert.Equal(OrderStatus.Charged, _orders.Find(next.Id)!.Status);
    }

    [Fact]
    public async Task An_order_that_is_removed_while_it_is_charged_stays_removed()
    {
        var order = Queue("order-1");

        await WorkAsync(s => s
            .Then(_ =>
            {
                _orders.Remove("order-1");
                return new HttpResponseMessage { Content = new StringContent(Made, null, "application/json") };
            }));

        Assert.Null(_orders.Find(order.Id));
    }

    private Order Queue(string key)
    {
        Assert.True(_queue.TryAdd(new QueuedCharge(key, 9.00m)));
        return _orders.Add("tea", 2, 9.00m, key);
    }

    /// <summary>Lets the worker make what is queued; the charge after that is the sign to stop it.</summary>
    private async Task<ScriptedServer> WorkAsync(Action<ServerScript> script)
    {
        using var stopping = new CancellationTokenSource();
        Queue("last");
        var server = new ScriptedServer(
            s =>
            {
                script(s);
                s.Then(HttpResponseMessage (_) =>
                {
                    stopping.Cancel();
                    throw new OperationCanceledException(stopping.Token);
                });
            },
            _clock);
        using var http = new HttpClient(server) { BaseAddress = new Uri("http://payments.internal/") };
        await using var services = new ServiceCollection().AddTransient(_ => new PaymentsClient(http)).BuildServiceProvider();
        using var worker = new ChargeWorker(
            _queue, services.GetRequiredService<IServiceScopeFactory>(), _orders, _clock, NullLogger<ChargeWorker>.Instance);
        await _clock.RunAsync(async () =>
        {
            await worker.StartAsync(stopping.Token);
            await worker.ExecuteTask!;
        });
        return server;
    }

    private static IEnumerable<string> Keys(ScriptedServer server) =>
        server.Requests.SkipLast(1).Select(static request => request.Headers["Idempotency-Key"]);
}
