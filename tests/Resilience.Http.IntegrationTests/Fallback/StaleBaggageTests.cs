using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.IntegrationTests.Support;

namespace Resilience.Http.IntegrationTests.Fallback;

/// <summary>
/// The baggage of the current activity, which a real primary handler writes into the request, never lets an answer cross tenants.
/// </summary>
public sealed class StaleBaggageTests : IAsyncLifetime
{
    private SwitchedService _service = null!;

    public async ValueTask InitializeAsync() =>
        _service = await SwitchedService.StartAsync(
            static context => context.Response.WriteAsync($"for {context.Request.Headers["baggage"]}"));

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData(null, "b", false, false)]
    [InlineData(null, "b", false, true)]
    [InlineData("a", "b", false, false)]
    [InlineData("a", "b", true, false)]
    [InlineData("a", null, false, false)]
    public async Task An_answer_reaches_no_other_tenant_while_the_circuit_is_open(
        string? kept, string? asks, bool clientHandler, bool isDown)
    {
        await using var provider = Provider(clientHandler);
        await SendAsync(provider, kept);
        Open(provider, isDown);

        Assert.Null(await StaleAsync(provider, asks));
    }

    [Theory]
    [InlineData("a", false)]
    [InlineData("a", true)]
    [InlineData(null, false)]
    public async Task A_tenant_gets_its_own_stale_answer_while_the_circuit_is_open(string? tenant, bool clientHandler)
    {
        await using var provider = Provider(clientHandler);
        var fresh = await SendAsync(provider, tenant);
        Open(provider, isDown: false);

        Assert.Equal(fresh, await StaleAsync(provider, tenant));
    }

    private static ServiceProvider Provider(bool clientHandler)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        var client = services.AddResilientHttpClient("things");
        services.Configure<ResilientHttpClientOptions>("things", static options =>
        {
            options.Retry.Enabled = false;
            options.Fallback.StaleIfError = TimeSpan.FromMinutes(5);
        });
        client.ConfigurePrimaryHttpMessageHandler(() => clientHandler ? new HttpClientHandler() : new SocketsHttpHandler());
        return services.BuildServiceProvider();
    }

    private void Open(ServiceProvider provider, bool isDown)
    {
        _service.IsDown = isDown;
        if (!isDown)
        {
            provider.GetRequiredService<ICircuitRegistry>().Isolate("things", "maintenance");
        }
    }

    private async Task<string?> StaleAsync(ServiceProvider provider, string? tenant)
    {
        try
        {
            return await SendAsync(provider, tenant);
        }
        catch (CircuitOpenException)
        {
            return null;
        }
    }

    private async Task<string?> SendAsync(ServiceProvider provider, string? tenant)
    {
        using var activity = new Activity("request");
        if (tenant is not null)
        {
            activity.AddBaggage("tenant", tenant);
        }

        activity.Start();
        using var response = await provider.GetRequiredService<IHttpClientFactory>()
            .CreateClient("things")
            .GetAsync(_service.Address, CancellationToken.None);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(CancellationToken.None) : null;
    }
}
