using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Resilience.Http.IntegrationTests.Testing;

/// <summary>An app of the usual kind: one endpoint that asks another service through a resilient typed client.</summary>
public sealed class OrdersApp : WebApplicationFactory<OrdersApp>
{
    protected override IHostBuilder CreateHostBuilder() => Host.CreateDefaultBuilder().ConfigureWebHostDefaults(web => web
        .ConfigureAppConfiguration(configuration => configuration.Sources.Clear()) // the sample's appsettings.json lies beside the tests
        .ConfigureServices(services =>
        {
            services.AddRouting();
            services.AddResilientHttpClient<PaymentsClient>("payments", o =>
                {
                    o.BaseAddress = new Uri("https://payments.invalid/");
                    o.AttemptTimeout = TimeSpan.FromSeconds(2);
                    o.Retry.BaseDelay = TimeSpan.FromSeconds(1);
                    o.Retry.Jitter = HttpRetryJitter.None;
                })
                .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler());
        })
        .Configure(app => app.UseRouting().UseEndpoints(endpoints => endpoints.MapGet("/orders", async (PaymentsClient payments) =>
        {
            await Task.Yield();
            return Results.Text(await payments.StateAsync());
        }))));

    /// <summary>The factory looks for the content root of a project of the app's name, and there is none.</summary>
    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder.UseContentRoot(AppContext.BaseDirectory);

    internal sealed class PaymentsClient(HttpClient http)
    {
        public Task<string> StateAsync() => http.GetStringAsync("state");
    }
}
