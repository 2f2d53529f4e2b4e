using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Resilience.Http.IntegrationTests.Support;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Resilience.Http.IntegrationTests.Gateways;

/// <summary>The snippets of docs/gateways.md, and of docs/fallback.md about output caching, compiled and tried.</summary>
public sealed class GatewayDocs
{
    [Fact]
    public async Task A_gateway_repeats_a_short_body_and_sends_a_long_one_once()
    {
        await using var service = await SwitchedService.StartAsync(static context => context.Response.WriteAsync("up"));
        await using var gateway = await StartGatewayAsync(service);
        using var client = new HttpClient { BaseAddress = new Uri(gateway.Urls.First()) };
        Assert.Equal("up", await client.GetStringAsync("things", CancellationToken.None));

        service.IsDown = true;
        using var longer = await client.PutAsync("things", new ByteArrayContent(new byte[200_000]), CancellationToken.None);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, 2), (longer.StatusCode, service.Arrived));
        using var shorter = await client.PutAsync("things", new StringContent("1"), CancellationToken.None);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 6), (shorter.StatusCode, service.Arrived));
    }

    [Fact]
    public async Task An_open_circuit_answers_the_caller_of_the_gateway_with_a_503()
    {
        await using var service = await SwitchedService.StartAsync(static context => context.Response.WriteAsync("up"));
        await using var gateway = await StartGatewayAsync(service);
        using var client = new HttpClient { BaseAddress = new Uri(gateway.Urls.First()) };
        service.IsDown = true;

        HttpResponseMessage? refused = null;
        for (var i = 0; i < 50 && refused is null; i++)
        {
            var response = await client.PutAsync("things", new StringContent("1"), CancellationToken.None);
            refused = response.Headers.Contains("Resilience-Rejected") ? response : null;
        }

        Assert.NotNull(refused);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Fact]
    public async Task The_output_cache_does_not_store_a_stale_answer()
    {
        var stock = 1;
        await using var service = await SwitchedService.StartAsync(context => context.Response.WriteAsync($"{stock}"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddOutputCache(options => options.DefaultExpirationTimeSpan = TimeSpan.FromHours(1));
        builder.Services.AddResilientHttpClient("warehouse").ConfigureHttpClient(client => client.BaseAddress = new Uri(service.Address));
        builder.Services.Configure<ResilientHttpClientOptions>("warehouse", static options =>
        {
            options.Retry.Enabled = false;
            options.Fallback.StaleIfError = TimeSpan.FromMinutes(5);
        });
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.UseOutputCache();

        #region outputcache
        app.MapGet("/stock", async (HttpContext context, IHttpClientFactory clients) =>
        {
            using var response = await clients.CreateClient("warehouse").GetAsync("stock", context.RequestAborted);
            if (response.IsFallback() && context.Features.Get<IOutputCacheFeature>() is { } cache)
            {
                cache.Context.AllowCacheStorage = false;
            }

            return Results.Text(await response.Content.ReadAsStringAsync(context.RequestAborted), statusCode: (int)response.StatusCode);
        }).CacheOutput();
        #endregion

        await app.StartAsync(CancellationToken.None);
        using (var direct = await app.Services.GetRequiredService<IHttpClientFactory>()
            .CreateClient("warehouse")
            .GetAsync("stock", CancellationToken.None))
        {
        }

        using var browser = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        service.IsDown = true;
        Assert.Equal("1", await browser.GetStringAsync("stock", CancellationToken.None)); // Stale.
        (service.IsDown, stock) = (false, 2);
        Assert.Equal("2", await browser.GetStringAsync("stock", CancellationToken.None));
        stock = 3;
        Assert.Equal("2", await browser.GetStringAsync("stock", CancellationToken.None)); // From the output cache.
    }

    private static async Task<WebApplication> StartGatewayAsync(SwitchedService service)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.TryAddSingleton(TimeProvider.System);
        RouteConfig[] routes = [new() { RouteId = "all", ClusterId = "things", Match = new() { Path = "{**rest}" } }];
        ClusterConfig[] clusters =
        [
            new()
            {
                ClusterId = "things",
                Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = service.Address } }
            },
        ];

        #region registration
        builder.Services.AddSingleton<IForwarderHttpClientFactory, ResilientForwarderFactory>();
        builder.Services.AddReverseProxy().LoadFromMemory(routes, clusters);
        #endregion

        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapReverseProxy();
        await app.StartAsync(CancellationToken.None);
        return app;
    }
}

#region factory
internal sealed class ResilientForwarderFactory(TimeProvider clock, ILoggerFactory loggers, IMeterFactory meters)
    : ForwarderHttpClientFactory
{
    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler)
    {
        var options = new ResilientHttpClientOptions { TotalTimeout = TimeSpan.FromSeconds(30) };
        options.CircuitBreaker.Rejection = HttpRejection.Respond;
        return ResilientHttpHandler.Create(context.ClusterId, options, base.WrapHandler(context, handler), clock, loggers, meters);
    }
}
#endregion
