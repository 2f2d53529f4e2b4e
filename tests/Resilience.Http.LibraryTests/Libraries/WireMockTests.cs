using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Resilience.Http.LibraryTests.Libraries;

/// <summary>WireMock.Net is a real server, so the chain calls it over a socket.</summary>
public sealed class WireMockTests
{
    [Fact]
    public async Task A_scenario_sees_every_attempt_with_the_same_body()
    {
        using var server = WireMockServer.Start();
        server.Given(Request.Create().WithPath("/orders/1").UsingPut())
            .InScenario("outage")
            .WillSetStateTo("back", 2)
            .RespondWith(Response.Create().WithStatusCode(503));
        server.Given(Request.Create().WithPath("/orders/1").UsingPut())
            .InScenario("outage")
            .WhenStateIs("back")
            .RespondWith(Response.Create().WithBody("done"));
        await using var app = App(server);

        using var response = await app.GetRequiredService<IHttpClientFactory>().CreateClient("payments")
            .PutAsync("/orders/1", new StringContent("tea"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["tea", "tea", "tea"], server.LogEntries.Select(entry => entry.RequestMessage!.Body));
    }

    private static ServiceProvider App(WireMockServer server)
    {
        var services = new ServiceCollection();
        services.AddHttpClient("payments", client => client.BaseAddress = new Uri(server.Url!))
            .AddResilience(options => options.Retry.BaseDelay = TimeSpan.FromMilliseconds(1));
        return services.BuildServiceProvider();
    }
}
