using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;
using Resilience.Http.Tests.House;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.RateLimiting;

/// <summary>The snippets of docs/rate-limit.md, compiled and tried.</summary>
public sealed class RateLimitDocs
{
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public async Task The_settings_of_the_page_reach_the_clients()
    {
        using var app = App(static script => script.Always(200));
        await app.StartAsync();

        var (payments, maps) = (app.InForce("payments").RateLimit, app.InForce("maps").RateLimit);
        Assert.Equal((50, 10, 200), (payments.Permits, payments.Burst, payments.QueueLimit));
        Assert.Equal((true, null, true), (maps.Enabled, maps.Permits, maps.FollowServer));
    }

    [Fact]
    public async Task The_catch_block_of_the_page_reads_the_time_until_the_next_try()
    {
        using var app = App(static script => script.Quota(0, TimeSpan.FromSeconds(50)).Always(200));
        var maps = app.Client("maps");
        TimeSpan? comeBack = null;
        await GetAsync();
        await GetAsync();

        async Task GetAsync()
        {
            #region catch
            try
            {
                using var tile = await maps.GetAsync("https://maps.example/tiles/17");
            }
            catch (LimitExceededException limit)
            {
                // Nothing was sent. Limit is Rate or ServerQuota; RetryAfter says when the next request can go.
                comeBack = limit.RetryAfter;
            }
            #endregion
        }

        Assert.InRange(comeBack!.Value, TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(50.25));
    }

    [Fact]
    public async Task The_tenants_of_the_page_do_not_wait_for_each_other()
    {
        using var app = App(
            static script => script.Fail(1, HttpStatusCode.TooManyRequests, TimeSpan.FromHours(1)).Always(200),
            static services =>
            {
                #region quota-key
                services.AddResilientHttpClient("maps", options =>
                    options.RateLimit.QuotaKey = request =>
                        request.Headers.TryGetValues("X-Tenant", out var tenants) ? tenants.First() : null);
                #endregion
            });
        var maps = app.Client("maps");
        using var first = await maps.SendAsync(ForTenant("a"), TestContext.Current.CancellationToken);

        using var second = await maps.SendAsync(ForTenant("b"), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        await Assert.ThrowsAsync<LimitExceededException>(() => maps.SendAsync(ForTenant("a"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_test_of_the_page_passes()
    {
        #region test
        var clock = new VirtualTimeProvider();
        using var server = new ScriptedServer(script => script.Quota(remaining: 0, TimeSpan.FromSeconds(7)).Always(200), clock);
        var options = new ResilientHttpClientOptions { RateLimit = { Enabled = true } };
        using var http = new HttpClient(server.RecordCalls(ResilientHttpHandler.Create("maps", options, server, clock)));

        await clock.RunAsync(() => http.GetAsync("https://maps.example/tiles/17"));
        await clock.RunAsync(() => http.GetAsync("https://maps.example/tiles/18"));

        server.LastCall.ShouldHaveTakenBetween(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7.25));
        #endregion
    }

    private TestApp App(Action<ServerScript> script, Action<IServiceCollection>? register = null) => TestApp.With(
        configuration => configuration.AddJsonFile(
            Checkout.PathOf("tests/Resilience.Http.Tests/RateLimiting/rate-limit.appsettings.json")),
        services =>
        {
            services.AddSingleton<TimeProvider>(_clock);
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("maps");
            register?.Invoke(services);
            services.UseScriptedServer("maps", script);
        });

    private static HttpRequestMessage ForTenant(string tenant) =>
        new(HttpMethod.Get, "https://maps.example/tiles/17") { Headers = { { "X-Tenant", tenant } } };
}
