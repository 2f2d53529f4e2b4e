using System.Net;
using OutageDemo.Downstreams;

namespace Resilience.Http.IntegrationTests.Sample;

public sealed class OrderTests
{
    [Fact]
    public async Task An_order_shows_what_is_in_stock_and_what_goes_with_it()
    {
        await using var app = SampleApp.Start();

        var (status, view) = await app.Api.GetJsonAsync("orders/1");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("tea", view.GetProperty("order").Text("sku"));
        Assert.Equal("10", view.Text("inStock"));
        Assert.Equal("teapot", view.GetProperty("goesWith")[0].GetString());
    }

    [Fact]
    public async Task A_charge_that_has_to_be_sent_again_is_made_once()
    {
        await using var app = SampleApp.Start(("ResilientHttpClients:Clients:payments:Retry:BaseDelay", "1ms"));
        var payments = app.Downstreams.Find("payments")!;
        var keys = new List<string?>();
        await payments.SwitchAsync(new FaultSetting(Fault.Down));
        payments.Arrivals.Arrived += arrival =>
        {
            keys.Add(arrival.IdempotencyKey);
            if (keys.Count == 3)
            {
                Assert.True(payments.SwitchAsync(FaultSetting.Ok).IsCompletedSuccessfully);
            }
        };

        var (status, order) = await app.Api.PlaceOrderAsync();

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(("2", "tea", "9.00"), (order.Text("id"), order.Text("sku"), order.Text("amount")));
        Assert.Equal(3, keys.Count);
        Assert.NotNull(Assert.Single(keys.Distinct()));
        Assert.Equal(1, app.Downstreams.Payments.Charges);
        Assert.Equal(HttpStatusCode.OK, (await app.Api.GetJsonAsync("orders/2")).Status);
    }

    [Theory]
    [InlineData(Fault.Down, HttpStatusCode.BadGateway, "503")]
    [InlineData(Fault.Stopped, HttpStatusCode.BadGateway, "refused")]
    [InlineData(Fault.Reset, HttpStatusCode.BadGateway, "reset")]
    [InlineData(Fault.Throttled, HttpStatusCode.BadGateway, "429")]
    [InlineData(Fault.Slow, HttpStatusCode.GatewayTimeout, "AttemptTimeout of 100 ms")]
    [InlineData(Fault.Hang, HttpStatusCode.GatewayTimeout, "AttemptTimeout of 100 ms")]
    [InlineData(Fault.Stall, HttpStatusCode.GatewayTimeout, "BodyIdleTimeout of 100 ms")]
    public async Task A_fault_of_inventory_is_reported_to_the_customer(Fault fault, HttpStatusCode expected, string reason)
    {
        // Only the limit that the fault is to run into is short: a busy machine must not add one of its own.
        const string inventory = "ResilientHttpClients:Clients:inventory:";
        await using var app = SampleApp.Start(
            ($"{inventory}TotalTimeout", "60s"),
            ($"{inventory}AttemptTimeout", fault is Fault.Slow or Fault.Hang ? "100ms" : "60s"),
            ($"{inventory}BodyIdleTimeout", fault is Fault.Stall ? "100ms" : "60s"),
            ($"{inventory}Retry:Enabled", "false"));
        await app.SwitchAsync("inventory", fault);

        var (status, problem) = await app.Api.GetJsonAsync("orders/1");

        Assert.Equal(expected, status);
        Assert.Contains(reason, problem.Text("detail"), StringComparison.Ordinal);
    }
}
