using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NSubstitute;
using Resilience.Http.Chain;
using Resilience.Http.CircuitBreaker;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker;

public sealed class CircuitHealthCheckTests
{
    private static readonly VirtualTimeProvider Clock = new(new DateTimeOffset(2026, 1, 1, 12, 2, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(CircuitState.Closed, HealthStatus.Healthy)]
    [InlineData(CircuitState.HalfOpen, HealthStatus.Healthy)]
    [InlineData(CircuitState.Open, HealthStatus.Degraded)]
    [InlineData(CircuitState.Isolated, HealthStatus.Degraded)]
    public async Task An_open_circuit_degrades_and_never_more(CircuitState state, HealthStatus expected) =>
        Assert.Equal(expected, (await CheckAsync([], Circuit("payments", state))).Status);

    [Theory]
    [InlineData(CircuitState.HalfOpen, HealthStatus.Healthy)]
    [InlineData(CircuitState.Open, HealthStatus.Unhealthy)]
    [InlineData(CircuitState.Isolated, HealthStatus.Unhealthy)]
    public async Task An_open_or_isolated_circuit_of_a_critical_service_is_unhealthy(CircuitState state, HealthStatus expected) =>
        Assert.Equal(expected, (await CheckAsync(["payments"], Circuit("payments", state))).Status);

    [Fact]
    public async Task A_critical_service_whose_calls_go_through_is_only_degraded() =>
        Assert.Equal(HealthStatus.Degraded, (await CheckAsync(["watched"], Observed("watched", CircuitState.Open))).Status);

    [Theory]
    [InlineData(CircuitState.Open, "open", "; next trial in 8 s.")]
    [InlineData(CircuitState.Isolated, "isolated", ".")]
    public async Task The_health_description_states_that_calls_go_through_if_the_circuit_observes(
        CircuitState state, string text, string end)
    {
        var result = await CheckAsync([], Observed("payments", state));

        Assert.Equal(
            $"payments (https://payments.internal) has been {text} since 12:01:07, but calls still go through " +
            $"(CircuitBreaker:Mode is Observe): 5 consecutive failures, last 503 ServiceUnavailable{end}",
            result.Description);
    }

    [Fact]
    public async Task The_worst_circuit_determines_the_health_whatever_the_order()
    {
        var critical = Circuit("payments", CircuitState.Open);
        var other = Circuit("inventory", CircuitState.Open);

        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(["payments"], critical, other)).Status);
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(["payments"], other, critical)).Status);
    }

    [Fact]
    public async Task The_health_description_names_the_circuit_its_start_and_its_reason()
    {
        var result = await CheckAsync([], Circuit("payments", CircuitState.Open));

        Assert.Equal(
            "payments (https://payments.internal) has been open since 12:01:07: 5 consecutive failures, last 503 ServiceUnavailable; " +
            "next trial in 8 s.",
            result.Description);
        Assert.Equal(result.Description, result.Data["payments https://payments.internal"]);
    }

    [Fact]
    public async Task A_reason_that_is_a_sentence_does_not_end_in_two_full_stops()
    {
        var result = await CheckAsync([], Circuit("payments", CircuitState.Isolated) with { Reason = "Payments moves house." });

        Assert.EndsWith(" since 12:01:07: Payments moves house.", result.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_health_data_of_a_half_open_circuit_names_the_latest_time_of_its_decision()
    {
        var result = await CheckAsync([], Circuit("", CircuitState.HalfOpen) with { RetryAfter = TimeSpan.FromSeconds(8) });

        var (key, text) = Assert.Single(result.Data);
        Assert.StartsWith("the default client ", key);
        Assert.EndsWith("; decided in 8 s at the latest.", (string)text);
    }

    [Fact]
    public async Task The_health_description_names_the_day_if_not_today_and_only_a_service_hit_whole()
    {
        var isolated = Circuit("payments", CircuitState.Isolated) with
        {
            Authority = "*",
            Since = new(2025, 12, 29, 12, 1, 7, TimeSpan.Zero),
            Reason = "maintenance"
        };

        Assert.Equal("payments has been isolated since 2025-12-29 12:01:07: maintenance.", (await CheckAsync([], isolated)).Description);
    }

    [Fact]
    public async Task An_app_without_resilient_clients_is_healthy()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddResilientHttpClients();
        await using var provider = services.BuildServiceProvider();

        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(CancellationToken.None);

        Assert.Equal(HealthStatus.Healthy, report.Status);
    }

    [Fact]
    public async Task A_half_open_circuit_appears_only_in_the_data()
    {
        var result = await CheckAsync([], Circuit("payments", CircuitState.HalfOpen));

        Assert.Equal("No circuit is open.", result.Description);
        Assert.Contains("half_open", Assert.Single(result.Data).Value.ToString());
    }

    [Fact]
    public async Task A_critical_name_that_is_not_a_resilient_client_stops_the_host()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddResilientHttpClient("payments");
        builder.Services.AddHealthChecks().AddResilientHttpClients(health => health.Critical("paymnets"));
        using var host = builder.Build();

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(CancellationToken.None));

        Assert.Contains("paymnets", thrown.Message);
    }

    [Fact]
    public async Task A_critical_name_creates_no_client_and_does_not_affect_one_in_another_case()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.ConfigureHttpClientDefaults(client => client.AddResilience());
        builder.Services.AddHttpClient("payments");
        builder.Services.AddHealthChecks().AddResilientHttpClients(health => health.Critical("Payments"));
        using var host = builder.Build();
        await host.StartAsync(CancellationToken.None);

        host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("payments").Dispose();

        Assert.NotNull(host.Services.GetRequiredService<ServiceStateStore>().Find("payments"));
        Assert.Null(host.Services.GetRequiredService<ServiceStateStore>().Find("Payments"));
    }

    [Fact]
    public async Task A_critical_name_in_another_case_than_its_resilient_client_stops_the_host()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.ConfigureHttpClientDefaults(client => client.AddResilience());
        builder.Services.AddResilientHttpClient("payments");
        builder.Services.AddHealthChecks().AddResilientHttpClients(health => health.Critical("Payments"));
        using var host = builder.Build();

        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(CancellationToken.None));

        Assert.Contains("'Payments' and 'payments' differ only in case", thrown.Message);
    }

    [Fact]
    public async Task The_health_check_is_found_in_the_container()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddResilientHttpClient("payments", options => options.BaseAddress = new Uri("https://payments.internal/"));
        builder.Services.AddHealthChecks().AddResilientHttpClients(health => health.Critical("payments"));
        using var host = builder.Build();
        await host.StartAsync(CancellationToken.None);
        host.Services.GetRequiredService<ICircuitRegistry>().Isolate("payments", "maintenance");

        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(CancellationToken.None);

        Assert.Equal(HealthStatus.Unhealthy, report.Status);
    }

    [Theory]
    [InlineData(0, HealthStatus.Healthy)] // Nobody has called since the break ended.
    [InlineData(1, HealthStatus.Unhealthy)]
    [InlineData(2, HealthStatus.Healthy)]
    public async Task While_an_outage_goes_on_a_half_open_circuit_is_no_better_than_an_open_one(int calls, HealthStatus status)
    {
        var lab = new CircuitFixture().HalfOpen();
        var trials = Enumerable.Range(0, calls).Select(_ => lab.Acquire()).ToArray();
        if (trials is [_, var second])
        {
            lab.Succeed(second);
        }

        Assert.Equal(status, (await CheckAsync(["payments"], lab.Circuit.Snapshot())).Status);
    }

    private static CircuitSnapshot Circuit(string service, CircuitState state) => new()
    {
        ServiceName = service,
        Authority = $"https://{service}.internal",
        State = state,
        Since = new(2026, 1, 1, 12, 1, 7, TimeSpan.Zero),
        Reason = "5 consecutive failures, last 503 ServiceUnavailable",
        LastFailure = "503 ServiceUnavailable",
        RetryAfter = state == CircuitState.Open ? TimeSpan.FromSeconds(8) : null,
    };

    private static CircuitSnapshot Observed(string service, CircuitState state) =>
        Circuit(service, state) with { Mode = HttpCircuitBreakerMode.Observe };

    private static Task<HealthCheckResult> CheckAsync(HashSet<string> critical, params CircuitSnapshot[] circuits)
    {
        var registry = Substitute.For<ICircuitRegistry>();
        registry.GetAll().Returns(circuits);
        return new CircuitHealthCheck(registry, critical, Clock).CheckHealthAsync(new HealthCheckContext());
    }
}
