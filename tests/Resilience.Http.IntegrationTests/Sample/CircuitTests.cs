using System.Net;
using OutageDemo.Downstreams;

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
    public async Task While_inventory_is_down_calls_are_refused_and_inventory_is_left_alone()
    {
        await using var app = SampleApp.Start(
            ("ResilientHttpClients:Clients:inventory:Retry:Enabled", "false"),
            ("ResilientHttpClients:Clients:inventory:CircuitBreaker:RecoveryTimeout", "60s"));
        var inventory = app.Downstreams.Find("inventory")!;
        await app.SwitchAsync("inventory", Fault.Down);
        for (var failure = 1; failure <= 5; failure++)
        {
            Assert.Equal(HttpStatusCode.BadGateway, (await app.Api.GetJsonAsync("orders/1")).Status);
        }

        using var refusal = await app.Api.GetAsync("orders/1");
        Assert.InRange(refusal.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 66);
        var (status, problem) = await Json.ReadAsync(refusal);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith(
            $"inventory (http://127.0.0.1:{inventory.Address.Port}) has been open since ",
            problem.Text("detail"),
            StringComparison.Ordinal);
        Assert.Equal(5, inventory.Arrivals.Read().Requests);
        var (_, circuits) = await app.Api.GetJsonAsync("resilience/circuits");
        Assert.Equal("open", circuits[0].Text("state"));
    }

    [Fact]
    public async Task A_circuit_is_isolated_manually_and_reset()
    {
        await using var app = SampleApp.Start();

        var (status, circuit) = await app.Api.PostJsonAsync(
            "resilience/circuits/inventory/isolate", new { reason = "moving house", durationSeconds = 60 });
        Assert.Equal((HttpStatusCode.OK, "isolated"), (status, circuit.Text("state")));
        var (refused, problem) = await app.Api.GetJsonAsync("orders/1");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused);
        Assert.Contains("moving house", problem.Text("detail"), StringComparison.Ordinal);

        (status, circuit) = await app.Api.PostJsonAsync("resilience/circuits/inventory/reset");
        Assert.Equal((HttpStatusCode.OK, "closed"), (status, circuit.Text("state")));
        Assert.Equal(HttpStatusCode.OK, (await app.Api.GetJsonAsync("orders/1")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public async Task An_isolation_needs_a_reason_that_is_not_blank(string reason)
    {
        await using var app = SampleApp.Start();

        var (status, problem) = await app.Api.PostJsonAsync("resilience/circuits/payments/isolate", new { reason });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("reason", Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name, ignoreCase: true);
        Assert.Equal(CircuitState.Closed, app.Circuits.Find("payments")!.State);
    }

    [Theory]
    [InlineData("isolate", """{"reason":"moving house"}""")]
    [InlineData("reset", null)]
    public async Task The_services_that_have_a_circuit_are_listed(string act, string? body)
    {
        await using var app = SampleApp.Start(("ResilientHttpClients:Clients:payments:CircuitBreaker:Enabled", "false"));

        var content = body is null ? null : new StringContent(body, null, "application/json");
        var (status, problem) = await Json.ReadAsync(await app.Api.PostAsync($"resilience/circuits/payments/{act}", content));

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("'payments' has no circuit. Services with a circuit: inventory, recommendations.", problem.Text("detail"));
    }
}
