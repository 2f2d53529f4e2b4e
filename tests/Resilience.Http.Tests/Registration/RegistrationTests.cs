using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests.Registration;

public sealed class RegistrationTests
{
    [Fact]
    public async Task A_named_client_reads_its_section()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ResilientHttpClients:Clients:payments:BaseAddress"] = "https://payments.internal/",
            ["ResilientHttpClients:Clients:payments:Retry:MaxRetries"] = "2",
        }).Build());
        services.AddResilientHttpClient("payments").ConfigurePrimaryHttpMessageHandler(() => new Ok());
        await using var provider = services.BuildServiceProvider();
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        Assert.Equal(new Uri("https://payments.internal/"), client.BaseAddress);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("x")).StatusCode);
        using var direct = new HttpClient(ResilientHttpHandler.Create("x", new(), new Ok()));
        Assert.Equal(HttpStatusCode.OK, (await direct.GetAsync("http://x/")).StatusCode);
    }

    private sealed class Ok : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
    }
}
