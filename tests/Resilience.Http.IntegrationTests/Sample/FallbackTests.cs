using System.Net;
using OutageDemo.Downstreams;

namespace Resilience.Http.IntegrationTests.Sample;

/// <summary>What the sample answers when a service behind it is out of reach.</summary>
public sealed class FallbackTests
{
    [Fact]
    public async Task While_recommendations_is_down_an_order_shows_none()
    {
        await using var app = SampleApp.Start();
        await app.SwitchAsync("recommendations", Fault.Down);

        var (status, view) = await app.Api.GetJsonAsync("orders/1");

        Assert.Equal((HttpStatusCode.OK, 0), (status, view.GetProperty("goesWith").GetArrayLength()));
    }

    [Theory]
    [InlineData(Fault.Down)]
    [InlineData(Fault.Stopped)]
    public async Task While_inventory_is_gone_an_order_shows_the_stock_of_the_last_good_answer(Fault fault)
    {
        await using var app = SampleApp.Start();
        await app.Api.GetJsonAsync("orders/1");
        await app.SwitchAsync("inventory", fault);

        for (var call = 1; call <= 4; call++)
        {
            var (status, view) = await app.Api.GetJsonAsync("orders/1");
            Assert.Equal((HttpStatusCode.OK, "10"), (status, view.Text("inStock")));
        }

        Assert.NotEqual(CircuitState.Closed, app.Circuits.Find("inventory")!.State);
    }

    [Fact]
    public async Task While_payments_is_isolated_an_order_is_queued_and_charged_once_after_the_reset()
    {
        await using var app = SampleApp.Start();
        var arrived = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Downstreams.Find("payments")!.Arrivals.Arrived += arrival => arrived.TrySetResult(arrival.IdempotencyKey);
        await app.Api.PostJsonAsync("resilience/circuits/payments/isolate", new { reason = "moving house" });

        var (status, order) = await app.Api.PlaceOrderAsync();
        Assert.Equal((HttpStatusCode.Accepted, "queued"), (status, order.Text("status")));
        Assert.Equal("queued", (await app.Api.GetJsonAsync("orders/2")).Body.GetProperty("order").Text("status"));
        Assert.False(arrived.Task.IsCompleted);

        await app.Api.PostJsonAsync("resilience/circuits/payments/reset");

        Assert.StartsWith("order-", await arrived.Task, StringComparison.Ordinal);
        Assert.Equal(1, app.Downstreams.Find("payments")!.Arrivals.Read().Keys);
    }

    [Fact]
    public async Task With_a_full_queue_an_order_is_rejected_with_Retry_After_and_is_not_stored()
    {
        await using var app = SampleApp.Start(("Charging:QueueCapacity", "1"));
        await app.Api.PostJsonAsync("resilience/circuits/payments/isolate", new { reason = "moving house" });

        // One waits in the queue, one at most is in the worker's hands: the third finds no place.
        for (var placed = 1; placed <= 3; placed++)
        {
            using var response = await app.Api.PostAsync("orders", new StringContent("""{"sku":"tea"}""", null, "application/json"));
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                Assert.Equal(TimeSpan.FromSeconds(10), response.Headers.RetryAfter!.Delta);
                Assert.Equal(HttpStatusCode.NotFound, (await app.Api.GetJsonAsync($"orders/{placed + 1}")).Status);
                return;
            }

            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }

        Assert.Fail("Three orders found a place in a queue of one.");
    }
}
