using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Tests.House;

namespace Resilience.Http.Tests.Endpoints;

/// <summary>The snippets of docs/endpoints.md.</summary>
public sealed class EndpointDocs
{
    [Fact]
    public async Task Three_addresses_are_used()
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Checkout.PathOf("tests/Resilience.Http.Tests/Endpoints/endpoints.appsettings.json")).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddResilientHttpClient("payments");

        #region test
        var server = services.UseScriptedServer("payments", s => s
            .At("https://10.0.0.1:8443", down => down.Refuse().Always())
            .Always(200));
        #endregion

        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        for (var i = 0; i < 10; i++)
        {
            using var response = await client.GetAsync("charges/1", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Contains(server.Requests, static request => request.Uri!.AbsoluteUri == "https://backup.example/payments/charges/1");
        Assert.All(server.Requests, static request => Assert.Equal(
            request.Uri!.Host == "backup.example" ? "payments.example" : "payments.internal", request.Headers["Host"]));
    }
}
