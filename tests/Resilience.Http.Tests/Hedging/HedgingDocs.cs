using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.Hedging;

/// <summary>The snippets of docs/hedging.md, compiled and tried.</summary>
public sealed class HedgingDocs
{
    [Fact]
    public async Task The_registration_of_the_page_hedges()
    {
        using var app = TestApp.With("{}", services =>
        {
            #region register
            services.AddResilientHttpClient("catalog", options => options.Hedging.Enabled = true);
            #endregion
        });
        await app.StartAsync();

        Assert.True(app.InForce("catalog").Hedging.Enabled);
    }

    [Fact]
    public async Task The_requests_of_the_page_are_hedged_as_it_says()
    {
        using var fixture = new HedgingFixture(server => server.Slow(TimeSpan.FromMilliseconds(500)).Always());

        #region requests
        // A search that is sent as a POST. It changes nothing, so two of them may run at the same time.
        var search = new HttpRequestMessage(HttpMethod.Post, "search") { Content = JsonContent.Create(new { text = "boots" }) }
            .AllowHedging();

        // A GET that is expensive for the service. It is never sent twice.
        var report = new HttpRequestMessage(HttpMethod.Get, "reports/yearly").NoRetry();
        #endregion

        (await fixture.SendAsync(search)).Dispose();
        Assert.Equal(2, fixture.Server.Requests.Count);
        (await fixture.SendAsync(report)).Dispose();
        Assert.Equal(3, fixture.Server.Requests.Count);
    }

    [Fact]
    public async Task The_test_of_the_page_runs_in_virtual_time()
    {
        #region test
        var clock = new VirtualTimeProvider();
        var server = new ScriptedServer(script => script.Hang().Then(HttpStatusCode.OK), clock);
        var options = new ResilientHttpClientOptions
        {
            Hedging = { Enabled = true, Delay = TimeSpan.FromMilliseconds(100) },
        };
        using var client = new HttpClient(ResilientHttpHandler.Create("catalog", options, server, clock));

        using var response = await clock.RunAsync(() => client.GetAsync(new Uri("https://catalog.internal/items/1")));

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(TimeSpan.FromMilliseconds(100), clock.Elapsed);
        #endregion
    }
}
