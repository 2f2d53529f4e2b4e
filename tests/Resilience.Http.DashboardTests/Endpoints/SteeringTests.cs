using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.DashboardTests.Fixtures;

namespace Resilience.Http.DashboardTests.Endpoints;

/// <summary>Who may steer, what it takes, and what is logged.</summary>
public sealed class SteeringTests
{
    [Fact]
    public async Task A_dashboard_is_read_only_by_default()
    {
        await using var app = await StartAsync(steering: null);
        using var response = await app.Browse("alice").PostAsJsonAsync("/resilience/steer", new { action = "isolate" });
        using var token = await app.Browse("alice").GetAsync("/resilience/token");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, token.StatusCode);
    }

    [Fact]
    public async Task An_isolation_has_a_reason_an_end_and_a_name_in_the_log()
    {
        await using var app = await StartAsync();

        using var response = await new Operator(app).SteerAsync(new { action = "isolate", service = "payments", reason = "migration" });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var circuit = app.Circuits.Find("payments")!;
        Assert.Equal((CircuitState.Isolated, "migration (by alice)"), (circuit.State, circuit.Reason));
        Assert.InRange(circuit.RetryAfter!.Value, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15));
        var line = Assert.Single(app.Log.Lines, line => line.Text.Contains("isolated payments"));
        Assert.Equal((LogLevel.Warning, "Resilience.Http.Dashboard"), (line.Level, line.Category));
        Assert.Equal("alice isolated payments (all authorities) in this replica for 00:15:00: migration", line.Text);
    }

    [Theory]
    [InlineData(HttpCircuitBreakerMode.Enforce, "Isolated in this replica. Calls are refused until the time is over.")]
    [InlineData(HttpCircuitBreakerMode.Observe, "Isolated in this replica. Calls still go through (CircuitBreaker:Mode is Observe).")]
    public async Task The_answer_says_what_an_isolation_does_to_calls(HttpCircuitBreakerMode mode, string expected)
    {
        await using var app = await DashboardApp.StartAsync(
            services: services => services.AddResilientHttpClient("payments", options => options.CircuitBreaker.Mode = mode),
            configure: static options => options.Steering = DashboardApp.Operators);

        using var response = await new Operator(app).SteerAsync(new { action = "isolate", service = "payments", reason = "migration" });

        var answer = await response.Content.ReadFromJsonAsync<Dictionary<string, object>>();
        Assert.Equal(expected, answer!["message"].ToString());
    }

    [Fact]
    public async Task A_released_circuit_is_half_open_and_a_reset_one_is_closed()
    {
        await using var app = await StartAsync();
        var alice = new Operator(app);
        using var isolated = await alice.SteerAsync(new { action = "isolate", service = "payments", reason = "migration" });

        using var released = await alice.SteerAsync(new { action = "release", service = "payments", reason = "migration is over" });
        Assert.Equal(HttpStatusCode.OK, released.StatusCode);
        Assert.Equal(CircuitState.HalfOpen, app.Circuits.Find("payments")!.State);

        using var reset = await alice.SteerAsync(new { action = "reset", service = "payments", reason = "checked by hand" });
        Assert.Equal(HttpStatusCode.OK, reset.StatusCode);
        Assert.Equal(CircuitState.Closed, app.Circuits.Find("payments")!.State);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""null""")]
    [InlineData("""[]""")]
    [InlineData("""{"action":"isolate","service":"payments"}""")]
    [InlineData("""{"action":"isolate","service":"payments","reason":" \n\u0000 "}""")]
    [InlineData("""{"action":"isolate","service":"payments","reason":"x","minutes":0}""")]
    [InlineData("""{"action":"isolate","service":"payments","reason":"x","minutes":1e300}""")]
    [InlineData("""{"action":"isolate","service":"payments","reason":"x","minutes":"NaN"}""")]
    [InlineData("""{"action":"destroy","service":"payments","reason":"x"}""")]
    [InlineData("""{"action":"isolate","reason":"x"}""")]
    public async Task An_order_that_is_not_complete_is_refused(string body)
    {
        await using var app = await StartAsync();

        using var response = await new Operator(app).SteerAsync(new StringContent(body, null, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(CircuitState.Closed, app.Circuits.Find("payments")!.State);
    }

    [Theory]
    [InlineData("nobody", null, HttpStatusCode.NotFound)]
    [InlineData("payments", "not an authority", HttpStatusCode.NotFound)]
    public async Task What_does_not_exist_cannot_be_steered(string service, string? authority, HttpStatusCode expected)
    {
        await using var app = await StartAsync();

        using var response = await new Operator(app).SteerAsync(new { action = "isolate", service, authority, reason = "x" });

        Assert.Equal(expected, response.StatusCode);
        Assert.DoesNotContain("Parameter", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_anonymous_post_is_refused_even_if_everyone_may_view_the_dashboard()
    {
        await using var app = await StartAsync(conventions: static dashboard => dashboard.AllowAnonymous(), environment: "Production");

        using var response = await new Operator(app, user: null).SteerAsync(Isolation);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(CircuitState.Closed, app.Circuits.Find("payments")!.State);
    }

    [Fact]
    public async Task A_user_whom_the_policy_refuses_cannot_steer()
    {
        await using var app = await StartAsync();

        using var response = await new Operator(app, user: "mallory").SteerAsync(Isolation);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains(app.Log.Lines, line => line.Text.Contains("A request by mallory to steer circuits was refused"));
    }

    [Theory]
    [InlineData("cross-site", null)]
    [InlineData("same-site", null)]
    [InlineData("none", null)]
    [InlineData(null, "https://evil.example")]
    [InlineData(null, "null")]
    [InlineData(null, null)]
    public async Task A_post_from_another_site_is_refused(string? site, string? origin)
    {
        await using var app = await StartAsync();

        using var response = await new Operator(app) { Site = site, Origin = origin }.SteerAsync(Isolation);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Over_plain_http_the_origin_is_enough()
    {
        await using var app = await StartAsync();

        var origin = app.Address.GetLeftPart(UriPartial.Authority);
        using var response = await new Operator(app) { Site = null, Origin = origin }.SteerAsync(Isolation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_post_without_the_antiforgery_token_is_refused()
    {
        await using var app = await StartAsync();

        using var response = await new Operator(app) { SendsToken = false }.SteerAsync(Isolation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(CircuitState.Closed, app.Circuits.Find("payments")!.State);
    }

    [Fact]
    public async Task A_reason_cannot_forge_a_line_of_the_log()
    {
        await using var app = await StartAsync();

        using var response = await new Operator(app).SteerAsync(
            new { action = "isolate", service = "payments", reason = "x\r\nwarn: bob isolated everything" });

        var line = Assert.Single(app.Log.Lines, line => line.Text.Contains("alice isolated"));
        Assert.DoesNotContain('\n', line.Text);
    }

    [Fact]
    public async Task Steering_without_the_services_that_it_needs_says_which()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddResilientHttpClient("payments");
        await using var app = builder.Build();

        var exception = Assert.Throws<InvalidOperationException>(
            () => app.MapResilienceDashboard(configure: static options => options.Steering = "operators"));

        Assert.Contains("AddAntiforgery()", exception.Message);
    }

    private static object Isolation => new { action = "isolate", service = "payments", reason = "migration", minutes = 5 };

    private static Task<DashboardApp> StartAsync(
        string? steering = DashboardApp.Operators,
        Action<IEndpointConventionBuilder>? conventions = null,
        string environment = "Development") => DashboardApp.StartAsync(
            environment,
            static services => services.AddResilientHttpClient(
                "payments", static options => options.BaseAddress = new("https://payments.internal/")),
            options => options.Steering = steering,
            conventions);
}
