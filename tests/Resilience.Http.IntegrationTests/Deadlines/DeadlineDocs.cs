using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Resilience.Http.IntegrationTests.Retry;
using Resilience.Http.Tests.House;

namespace Resilience.Http.IntegrationTests.Deadlines;

/// <summary>The snippets of docs/deadlines.md and of the package's README, compiled and tried.</summary>
public sealed class DeadlineDocs
{
    [Fact]
    public async Task The_settings_of_the_page_reach_the_clients()
    {
        var builder = Builder();
        builder.Services.AddResilientHttpClient("payments");
        await using var app = builder.Build();

        var deadline = app.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>().Get("payments").Deadline;

        Assert.Equal(
            (true, TimeSpan.FromMilliseconds(20), "https://api.example.com"),
            (deadline.Propagate, deadline.Reserve, Assert.Single(deadline.Exclude)));
    }

    [Fact]
    public async Task The_app_of_the_page_passes_on_what_is_left_and_frees_what_outlives_the_request()
    {
        var sent = new ConcurrentDictionary<string, string>();
        await using var service = await RealServer.StartAsync(context =>
        {
            sent[context.Request.Path] = context.Request.Headers["X-Deadline-Ms"].ToString();
            return Task.CompletedTask;
        });
        var builder = Builder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddResilientHttpClient("payments", options => options.BaseAddress = service.Address);
        await using var app = builder.Build();
        var mailed = new TaskCompletionSource();

        #region middleware
        app.UseRequestDeadline(options => options.Maximum = TimeSpan.FromSeconds(30));
        #endregion

        #region opt-out
        app.MapPost("/import", ImportAsync).DisableRequestDeadline(); // in a controller: [DisableRequestDeadline]
        #endregion

        app.MapGet("/order", async (IHttpClientFactory factory) =>
        {
            var client = factory.CreateClient("payments");
            using var charged = await client.GetAsync(new Uri("charge", UriKind.Relative));

            #region suppress
            using (ResilienceDeadline.Suppress())
            {
                _ = SendMailAsync(client); // continues after the request, and is not bound by its deadline
            }
            #endregion

            #region begin
            using (ResilienceDeadline.Begin(TimeSpan.FromSeconds(1)))
            {
                await client.GetAsync(new Uri("first", UriKind.Relative));
                await client.GetAsync(new Uri("second", UriKind.Relative)); // both together have one second
            }
            #endregion
        });
        await app.StartAsync();
        using var caller = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        caller.DefaultRequestHeaders.Add("X-Deadline-Ms", "5000");

        using var order = await caller.GetAsync(new Uri("order", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, order.StatusCode);
        using var import = await caller.PostAsync(new Uri("import", UriKind.Relative), content: null);
        await mailed.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.InRange(int.Parse(sent["/charge"]), 1, 4_980); // less the Reserve of 20 ms
        Assert.InRange(int.Parse(sent["/second"]), 1, 980);
        Assert.Equal("10000", sent["/mail"]); // its own AttemptTimeout
        Assert.Equal("10000", sent["/import"]);

        async Task SendMailAsync(HttpClient client)
        {
            using var answer = await client.GetAsync(new Uri("mail", UriKind.Relative));
            mailed.SetResult();
        }

        static async Task ImportAsync(IHttpClientFactory factory) =>
            await factory.CreateClient("payments").GetAsync(new Uri("import", UriKind.Relative));
    }

    private static WebApplicationBuilder Builder()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        ((IConfigurationBuilder)builder.Configuration).Sources.Clear(); // The sample's settings stand beside the tests.
        builder.Configuration.AddJsonFile(Checkout.PathOf("tests/Resilience.Http.Tests/Deadlines/deadlines.appsettings.json"));
        return builder;
    }
}
