using System.Net;
using WebApi.Downstreams;

namespace Resilience.Http.IntegrationTests.Sample;

public sealed class CircuitTests
{
    [Fact]
    public async Task All_circuits_are_listed_before_the_first_call()
    {
        await using var app = SampleApp.Start();

        var (_, circuits) = await app.Api.GetJsonAsync("resilience/circuits");

        Assert.Equal(
            [("inventory", "closed"), ("payments", "closed"), ("recommendations", "closed")],
            circuits.EnumerateArray().Select(circuit => (circuit.Text("serviceName"), circuit.Text("state"))));
    }

    [Fact]
    public async Task While_payments_is_down_orders_are_refused_and_payments_is_left_alone()
    {
        await using var app = SampleApp.Start(
            ("ResilientHttpClients:Clients:payments:Retry:Enabled", "false"),
            ("ResilientHttpClients:Clients:payments:CircuitBreaker:RecoveryTimeout", "60s"));
        var payments = app.Downstreams.Find("payments")!;
        await app.SwitchAsync("payments", Fault.Down);
        for (var failure = 1; failure <= 5; failure++)
        {
            Assert.Equal(HttpStatusCode.BadGateway, (await app.Api.PlaceOrderAsync()).Status);
        }

        using var refusal = await app.Api.PostAsync("orders", new StringContent("""{"sku":"tea"}""", null, "application/json"));
        Assert.InRange(refusal.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 66);
        var (status, problem) = await Json.ReadAsync(refusal);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith($"payments (http://127.0.0.1:{payments.Address.Port}) is open since ", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(5, payments.Arrivals.Read().Requests);
        var (_, circuits) = await app.Api.GetJsonAsync("resilience/circuits");
        Assert.Equal("open", circuits[1].Text("state"));
    }

    [Fact]
    public async Task A_circuit_is_held_open_by_hand_and_reset()
    {
        await using var app = SampleApp.Start();

        var (status, circuit) = await app.Api.PostJsonAsync("resilience/circuits/payments/isolate", new { reason = "moving house", durationSeconds = 60 });
        Assert.Equal((HttpStatusCode.OK, "isolated"), (status, circuit.Text("state")));
        var (refused, problem) = await app.Api.PlaceOrderAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused);
        Assert.Contains("moving house", problem.Text("detail"), StringComparison.Ordinal);

        (status, circuit) = await app.Api.PostJsonAsync("resilience/circuits/payments/reset");
        Assert.Equal((HttpStatusCode.OK, "closed"), (status, circuit.Text("state")));
        Assert.Equal(HttpStatusCode.Created, (await app.Api.PlaceOrderAsync()).Status);
    }

    [Theory]
    [InlineData("isolate", """{"reason":"moving house"}""")]
    [InlineData("reset", null)]
    public async Task A_service_without_a_circuit_is_told_with_those_that_have_one(string act, string? body)
    {
        await using var app = SampleApp.Start(("ResilientHttpClients:Clients:payments:CircuitBreaker:Enabled", "false"));

        var content = body is null ? null : new StringContent(body, null, "application/json");
        var (status, problem) = await Json.ReadAsync(await app.Api.PostAsync($"resilience/circuits/payments/{act}", content));

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("There is no circuit of 'payments'. There are circuits of: inventory, recommendations.", problem.Text("detail"));
    }
}
