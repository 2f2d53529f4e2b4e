using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Chain;

namespace Resilience.Http.Tests.Monitoring;

/// <summary>Each call is counted once, by what its caller met.</summary>
public sealed class TrafficTests
{
    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(304)]
    public async Task An_answer_is_a_success(int status)
    {
        using var client = new MonitoredClient(server => server.Always(status));

        Assert.Equal(new() { Succeeded = 1 }, await client.SumAfterCallAsync());
    }

    [Fact]
    public async Task A_hedge_is_counted()
    {
        using var client = new MonitoredClient(
            server => server.Slow(TimeSpan.FromSeconds(1)).Then(200).Always(200),
            static options =>
            {
                options.Hedging.Enabled = true;
                options.Hedging.Delay = TimeSpan.FromMilliseconds(100);
            });

        Assert.Equal(new() { Succeeded = 1, Hedged = 1 }, await client.SumAfterCallAsync());
    }

    [Fact]
    public async Task A_call_that_fails_after_its_retries_counts_once_and_each_retry_counts()
    {
        using var client = new MonitoredClient(server => server.Always(503), static options => options.CircuitBreaker.Enabled = false);

        Assert.Equal(new() { Failed = 1, Retried = 3 }, await client.SumAfterCallAsync());
    }

    [Fact]
    public async Task A_call_whose_retry_succeeds_is_a_success()
    {
        using var client = new MonitoredClient(server => server.Fail(2, 503).Then(200));

        Assert.Equal(new() { Succeeded = 1, Retried = 2 }, await client.SumAfterCallAsync());
    }

    [Fact]
    public async Task A_refused_connection_is_a_failure()
    {
        using var client = new MonitoredClient(server => server.Refuse().Always(), static options => options.Retry.Enabled = false);

        Assert.Equal(new() { Failed = 1 }, await client.SumAfterCallAsync());
    }

    [Fact]
    public async Task A_call_that_the_total_timeout_ends_is_a_failure()
    {
        using var client = new MonitoredClient(
            server => server.Hang().Always(), static options => options.TotalTimeout = TimeSpan.FromSeconds(4));

        Assert.Equal(new() { Failed = 1 }, await client.SumAfterCallAsync());
    }

    [Fact]
    public async Task An_exception_that_no_rule_recognizes_is_a_failure()
    {
        using var client = new MonitoredClient(server => server.Then((_, _) => throw new NotSupportedException("no reason")).Always());

        Assert.Equal(new() { Failed = 1 }, await client.SumAfterCallAsync());
    }

    [Fact]
    public async Task A_call_that_its_caller_cancels_is_not_counted()
    {
        using var client = new MonitoredClient(server => server.Hang().Always());
        using var caller = new CancellationTokenSource(TimeSpan.FromSeconds(2), client.Clock);

        Assert.Equal(default, await client.SumAfterCallAsync(http => http.GetAsync("charges", caller.Token)));
    }

    [Fact]
    public async Task A_call_that_is_canceled_while_it_waits_for_its_retry_is_not_counted()
    {
        using var client = new MonitoredClient(
            server => server.Always(503), static options => options.Retry.BaseDelay = TimeSpan.FromSeconds(3));
        using var caller = new CancellationTokenSource(TimeSpan.FromSeconds(1), client.Clock);

        Assert.Equal(default, await client.SumAfterCallAsync(http => http.GetAsync("charges", caller.Token)));
    }

    [Fact]
    public async Task A_refused_call_is_rejected_and_not_failed()
    {
        using var client = new MonitoredClient(server => server.Always(200));
        client.Services.GetRequiredService<ICircuitRegistry>().Isolate("payments", "maintenance");

        Assert.Equal(new() { Rejected = 1 }, await client.SumAfterCallAsync());
    }

    [Fact]
    public async Task A_refusal_that_is_only_observed_is_not_rejected()
    {
        using var client = new MonitoredClient(
            server => server.Always(200), static options => options.CircuitBreaker.Mode = HttpCircuitBreakerMode.Observe);
        client.Services.GetRequiredService<ICircuitRegistry>().Isolate("payments", "maintenance");

        Assert.Equal(new() { Succeeded = 1 }, await client.SumAfterCallAsync());
    }

    [Fact]
    public async Task A_fallback_is_counted_in_addition_to_the_failure_that_it_answers()
    {
        using var client = new MonitoredClient(server => server.Always(503), static options =>
        {
            options.Retry.Enabled = false;
            options.Fallback.StatusCode = HttpStatusCode.OK;
        });

        Assert.Equal(new() { Failed = 1, FallbackAnswered = 1 }, await client.SumAfterCallAsync());
    }

    [Fact]
    public void A_synchronous_call_counts_too()
    {
        using var client = new MonitoredClient(server => server.Fail(1, 503).Then(200));

        client.Clock.Run(() => client.Http.Send(new HttpRequestMessage(HttpMethod.Get, "charges")).Dispose());

        Assert.Equal(new() { Succeeded = 1, Retried = 1 }, client.Sum());
    }

    [Fact]
    public async Task A_client_that_is_switched_off_counts_nothing()
    {
        using var client = new MonitoredClient(server => server.Always(200), static options => options.Enabled = false);

        Assert.Equal(default, await client.SumAfterCallAsync());
        Assert.False(client.Service.Enabled);
    }

    [Fact]
    public void Without_a_monitor_nothing_is_counted()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("payments");
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<ICircuitRegistry>().GetAll();

        Assert.All(provider.GetRequiredService<ServiceStateStore>().All, service => Assert.Null(service.Traffic));
    }

    [Fact]
    public void A_monitor_that_is_created_late_counts_from_then_on()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("payments");
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<ICircuitRegistry>().GetAll();

        provider.GetRequiredService<IServiceMonitor>().GetAll();

        Assert.All(provider.GetRequiredService<ServiceStateStore>().All, service => Assert.NotNull(service.Traffic));
    }
}
