using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Resilience.Http.Chain;
using Resilience.Http.Tests.House;

namespace Resilience.Http.Tests.Registration;

/// <summary>The snippets of docs/configuration.md, compiled and tried.</summary>
public sealed class ConfigurationDocs
{
    [Fact]
    public async Task The_settings_of_the_page_do_what_it_says()
    {
        using var app = TestApp.With(
            configuration =>
                configuration.AddJsonFile(Checkout.PathOf("tests/Resilience.Http.Tests/Registration/configuration.appsettings.json")),
            services =>
            {
                #region register
                services.AddResilientHttpClient("payments");                         // IHttpClientFactory.CreateClient("payments")
                services.AddResilientHttpClient<SearchClient>("search");             // a typed client
                services.AddResilientHttpClient<IStock, StockClient>("inventory");   // a typed client behind an interface
                services.AddResilientHttpClient("invoices").AddAsKeyed();            // [FromKeyedServices("invoices")] HttpClient
                #endregion
            });
        await app.StartAsync();

        Assert.Equal((10, 2, 60), (
            app.InForce("payments").TotalTimeout.TotalSeconds,
            app.InForce("payments").Retry.MaxRetries,
            app.InForce("payments").CircuitBreaker.RecoveryTimeout.TotalSeconds));
        Assert.Equal((20, 10, false), (
            app.InForce("search").TotalTimeout.TotalSeconds,
            app.InForce("search").AttemptTimeout.TotalSeconds,
            app.InForce("search").Retry.Enabled));
        Assert.NotNull(app.Services.GetRequiredKeyedService<HttpClient>("invoices"));
        Assert.Empty(app.Logs.Of(LogLevel.Warning));
    }

    [Fact]
    public async Task Settings_in_code_are_the_last_layer()
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients("""{ "payments": { "TotalTimeout": "10s", "Retry": { "MaxRetries": 2 } } }"""), services =>
            {
                services.Configure<Tenant>(tenant => tenant.Patience = TimeSpan.FromSeconds(7));

                #region code
                services.AddResilientHttpClient("payments", options =>
                    {
                        options.Retry.MaxRetries = 1;
                        options.ClassifyOutcome = outcome =>
                            outcome.Response?.Headers.Contains("X-Maintenance") == true ? AttemptVerdict.Failure : null;
                    })
                    .ConfigureResilience((options, services) =>
                        options.TotalTimeout = services.GetRequiredService<IOptions<Tenant>>().Value.Patience);
                #endregion
            });

        Assert.Equal((7, 1), (app.InForce("payments").TotalTimeout.TotalSeconds, app.InForce("payments").Retry.MaxRetries));
        Assert.NotNull(app.InForce("payments").ClassifyOutcome);
    }

    [Fact]
    public async Task All_clients_of_the_app_can_have_the_chain()
    {
        var builder = new { Configuration = SettingsText.Read("""{ "Legacy": { "Billing": { "TotalTimeout": "3s" } } }""") };
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            #region defaults
            services.ConfigureHttpClientDefaults(client => client.AddResilience(options => options.TotalTimeout = TimeSpan.FromSeconds(5)));
            services.AddHttpClient("metrics-push").RemoveResilience();
            #endregion

            #region section
            services.AddResilientHttpClient("billing", builder.Configuration.GetSection("Legacy:Billing"));
            #endregion
        });
        app.Client("anything").Dispose();
        app.Client("metrics-push").Dispose();

        Assert.Equal(5, app.InForce("anything").TotalTimeout.TotalSeconds);
        Assert.Equal(3, app.InForce("billing").TotalTimeout.TotalSeconds);
        Assert.DoesNotContain("metrics-push", app.Services.GetRequiredService<ServiceStateStore>().All.Select(service => service.Name));
    }

    [Fact]
    public async Task Handlers_can_be_placed_around_the_chain_and_inside_it()
    {
        var seen = new List<string>();
        using var app = await TestApp.StartedAsync("{}", services =>
        {
            services.AddTransient(_ => new CorrelationHandler(seen));
            services.AddTransient(_ => new TokenHandler(seen));

            #region place
            services.AddHttpClient("payments")
                .AddHttpMessageHandler<CorrelationHandler>()   // once per call, around the chain
                .AddResilience()
                .AddHttpMessageHandler<TokenHandler>();        // once per send, inside it
            #endregion

            services.Configure<ResilientHttpClientOptions>("payments", options => options.Retry.BaseDelay = TimeSpan.Zero);
            services.UseScriptedServer("payments", script => script.Fail(1, 503).Then(200));
        });

        (await app.Client("payments").GetAsync("https://payments.internal/")).Dispose();

        Assert.Equal(["correlation", "token", "token"], seen);
    }

    [Fact]
    public async Task The_chain_works_without_a_container()
    {
        #region container-less
        var handler = ResilientHttpHandler.Create("payments", new ResilientHttpClientOptions { TotalTimeout = TimeSpan.FromSeconds(10) });
        using var http = new HttpClient(handler)
        {
            BaseAddress = new Uri("https://payments.internal/"),
            Timeout = TimeSpan.FromSeconds(11)
        };
        #endregion

        handler.Circuits.Isolate("payments", "moving house");
        var refused = await Assert.ThrowsAsync<CircuitOpenException>(() => http.GetAsync("orders"));

        Assert.Equal(("payments", "https://payments.internal"), (refused.ServiceName, refused.Authority));
        Assert.True(http.Timeout > TimeSpan.FromSeconds(10));
    }

    private sealed class Tenant
    {
        public TimeSpan Patience { get; set; }
    }

    private interface IStock;

    private sealed class StockClient(HttpClient http) : IStock
    {
        public HttpClient Http { get; } = http;
    }

    private sealed class SearchClient(HttpClient http)
    {
        public HttpClient Http { get; } = http;
    }

    private sealed class CorrelationHandler(List<string> seen) : Seen("correlation", seen);

    private sealed class TokenHandler(List<string> seen) : Seen("token", seen);

    private abstract class Seen(string name, List<string> seen) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen.Add(name);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
