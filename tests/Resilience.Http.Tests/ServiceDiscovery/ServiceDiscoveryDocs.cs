using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Tests.ServiceDiscovery;

/// <summary>The snippets of docs/service-discovery.md.</summary>
public sealed class ServiceDiscoveryDocs
{
    [Fact]
    public async Task A_client_finds_its_service()
    {
        await using var app = new DiscoveryFixture(Register, [("Services:basket:http:0", "http://one.internal:1001")]);

        Assert.Equal("http://one.internal:1001/items", await app.GetAsync());
    }

    [Fact]
    public async Task All_clients_find_their_services()
    {
        await using var app = new DiscoveryFixture(
            services =>
            {
                AddDefaults(services);
                services.AddHttpClient("basket", static client => client.BaseAddress = new Uri("https+http://basket"));
            },
            [("Services:basket:http:0", "http://one.internal:1001")]);

        Assert.Equal("http://one.internal:1001/items", await app.GetAsync());
    }

    private static void Register(IServiceCollection services)
    {
        #region register
        services.AddResilientHttpClient<BasketClient>("basket").UseServiceDiscovery();
        #endregion
    }

    private static void AddDefaults(IServiceCollection services)
    {
        #region defaults
        services.AddServiceDiscovery();
        services.ConfigureHttpClientDefaults(http => http.AddResilience().UseServiceDiscovery());
        #endregion
    }

    private sealed class BasketClient(HttpClient http)
    {
        public Task<string> FindAsync(string id) => http.GetStringAsync($"items/{id}");
    }
}
