using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.DashboardTests.Fixtures;

namespace Resilience.Http.DashboardTests.Endpoints;

/// <summary>Steering of an app whose replicas are a fleet.</summary>
public sealed class FleetSteeringTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly InMemoryFleetStore _store = new();

    [Fact]
    public async Task An_order_to_all_replicas_reaches_the_others_with_the_name_of_the_user()
    {
        await using var first = await StartAsync("first");
        await using var second = await StartAsync("second");
        var alice = new Operator(first);

        using var isolated = await alice.SteerAsync(
            new { action = "isolate", service = "payments", reason = "migration", allReplicas = true });
        Assert.Equal(HttpStatusCode.OK, isolated.StatusCode);
        await WaitForAsync(second, CircuitState.Isolated);

        Assert.Equal("migration (in all replicas, by alice)", first.Circuits.Find("payments")!.Reason);
        Assert.Equal("migration (in all replicas, by alice)", second.Circuits.Find("payments")!.Reason);
        Assert.Single(
            first.Log.Lines,
            line => line.Text == "alice isolated payments (all authorities) in all replicas for 00:15:00: migration");

        using var reset = await alice.SteerAsync(new { action = "reset", service = "payments", reason = "over", allReplicas = true });
        Assert.Equal(HttpStatusCode.OK, reset.StatusCode);
        await WaitForAsync(second, CircuitState.Closed);
        Assert.Single(first.Log.Lines, line => line.Text == "alice reset payments (all authorities) to closed in all replicas: over");
    }

    [Fact]
    public async Task An_order_to_this_replica_leaves_the_others_alone()
    {
        await using var first = await StartAsync("first");
        await using var second = await StartAsync("second");
        var alice = new Operator(first);

        using var one = await alice.SteerAsync(new { action = "isolate", service = "payments", reason = "here" });
        using var all = await alice.SteerAsync(new { action = "isolate", service = "stock", reason = "everywhere", allReplicas = true });
        await WaitForAsync(second, CircuitState.Isolated, "stock"); // and by then an order for payments would be there too

        Assert.Equal(CircuitState.Isolated, first.Circuits.Find("payments")!.State);
        Assert.Equal(CircuitState.Closed, second.Circuits.Find("payments")!.State);
    }

    [Fact]
    public async Task A_release_in_all_replicas_is_refused_with_the_way_out()
    {
        await using var app = await StartAsync("first");

        using var response = await new Operator(app).SteerAsync(
            new { action = "release", service = "payments", reason = "x", allReplicas = true });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("Reset the circuit in all replicas instead", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Without_a_fleet_an_order_to_all_replicas_is_refused()
    {
        await using var app = await DashboardApp.StartAsync(
            services: static services => services.AddResilientHttpClient("payments"),
            configure: static options => options.Steering = DashboardApp.Operators);

        using var response = await new Operator(app).SteerAsync(
            new { action = "isolate", service = "payments", reason = "x", allReplicas = true });

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("has no fleet", await response.Content.ReadAsStringAsync());
        Assert.DoesNotContain(app.Log.Lines, line => line.Text.StartsWith("alice isolated", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_shares_nothing_can_be_steered_in_one_replica_only()
    {
        await using var app = await StartAsync("first");

        using var response = await new Operator(app).SteerAsync(
            new { action = "isolate", service = "local", reason = "x", allReplicas = true });

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("local does not share its circuits", await response.Content.ReadAsStringAsync());
    }

    private static async Task WaitForAsync(DashboardApp app, CircuitState state, string service = "payments")
    {
        var start = TimeProvider.System.GetTimestamp();
        while (app.Circuits.Find(service)!.State != state && TimeProvider.System.GetElapsedTime(start) < Longest)
        {
            await Task.Delay(20);
        }

        Assert.Equal(state, app.Circuits.Find(service)!.State);
    }

    private Task<DashboardApp> StartAsync(string replica) => DashboardApp.StartAsync(
        services: services =>
        {
            services.AddResilienceFleet(fleet =>
            {
                fleet.UseStore(_store);
                fleet.ReplicaName = replica;
            });
            services.AddResilientHttpClient("payments", static options => Share(options, "https://payments.internal/"));
            services.AddResilientHttpClient("stock", static options => Share(options, "https://stock.internal/"));
            services.AddResilientHttpClient("local");
        },
        configure: static options => options.Steering = DashboardApp.Operators);

    private static void Share(ResilientHttpClientOptions options, string address)
    {
        options.BaseAddress = new(address);
        options.Fleet.Enabled = true;
    }
}
