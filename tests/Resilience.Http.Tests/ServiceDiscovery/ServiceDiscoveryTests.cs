using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery;
using static Resilience.Http.Tests.ServiceDiscovery.DiscoveryFixture;

namespace Resilience.Http.Tests.ServiceDiscovery;

/// <summary>Endpoints by Microsoft.Extensions.ServiceDiscovery: which requests have them, and where they go.</summary>
public sealed class ServiceDiscoveryTests
{
    [Fact]
    public async Task Each_endpoint_gets_calls_and_has_a_circuit_of_its_own()
    {
        await using var app = new DiscoveryFixture(Register, Two);

        Assert.Equal(["one.internal:1001", "two.internal:1002"], await app.GetManyAsync(20));
        Assert.Equal(["http://one.internal:1001", "http://two.internal:1002"], app.Authorities);
        Assert.Contains(app.Server.Requests, static request => request.Uri!.AbsolutePath == "/api/items");
    }

    [Fact]
    public async Task A_retry_goes_to_another_endpoint()
    {
        await using var app = new DiscoveryFixture(Register, Two);
        app.Server.Script.At("http://one.internal:1001", s => s.Refuse().Always());
        for (var i = 0; i < 10; i++)
        {
            using var response = await app.Http.GetAsync("items", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task The_first_of_two_schemes_that_has_endpoints_is_used()
    {
        await using var app = new DiscoveryFixture(Register, [.. Two, ("Services:basket:https:0", "https://safe.internal:2001")]);

        Assert.Equal(["safe.internal:2001"], await app.GetManyAsync(5));
    }

    [Fact]
    public async Task Named_endpoints_are_found()
    {
        await using var app = new DiscoveryFixture(Register, Two);

        Assert.Equal("http://admin.internal:3001/items", await app.GetAsync("http://_admin.basket/items"));
    }

    [Fact]
    public async Task Requests_to_hosts_that_are_not_services_pass_unchanged()
    {
        await using var app = new DiscoveryFixture(Register, Two);

        Assert.Equal("https://api.example.com/v1?q=%2F", await app.GetAsync("https://api.example.com/v1?q=%2F"));
    }

    [Fact]
    public async Task With_the_pass_through_provider_an_unknown_service_is_a_host_name()
    {
        await using var app = new DiscoveryFixture(services => Register(services.AddServiceDiscovery()));

        Assert.Equal("https://basket/items", await app.GetAsync());
        Assert.Equal("http://localhost:5000/a%2Fb", await app.GetAsync("http://localhost:5000/a%2Fb"));
        Assert.Equal("http://127.0.0.1:5000/", await app.GetAsync("http://127.0.0.1:5000/"));
    }

    [Fact]
    public async Task The_order_of_the_Aspire_template_works()
    {
        await using var app = new DiscoveryFixture(
            services =>
            {
                services.AddServiceDiscovery();
                services.ConfigureHttpClientDefaults(http =>
                {
                    http.AddResilience().UseServiceDiscovery();
                    http.AddServiceDiscovery(); // not needed, and does no harm
                });
                services.AddHttpClient("basket", static client => client.BaseAddress = new Uri("https+http://basket"));
            },
            Two);

        Assert.Equal(["one.internal:1001", "two.internal:1002"], await app.GetManyAsync(20));
        Assert.Equal("https://api.example.com/", await app.GetAsync("https://api.example.com/"));
        app.Circuits.Isolate("basket", "for the test", authority: "http://one.internal:1001");
        Assert.Equal(["two.internal:1002"], await app.GetManyAsync(10));
    }

    [Fact]
    public async Task A_provider_of_the_apps_own_is_used_with_its_host_names()
    {
        var pods = new Pods();
        await using var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<IServiceEndpointProviderFactory>(pods);
            Register(services);
        });

        Assert.Equal("http://10.0.0.1:8080/items", await app.GetAsync("http://basket/items"));
        Assert.Equal("basket.example", app.Server.Requests[^1].Headers["Host"]);
    }

    [Fact]
    public async Task A_request_to_an_IP_address_has_the_name_of_the_service_as_its_host()
    {
        var pods = new Pods { HostName = null };
        await using var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<IServiceEndpointProviderFactory>(pods);
            Register(services);
        });

        await app.GetAsync("http://_admin.basket/items");

        Assert.Equal("basket", app.Server.Requests[^1].Headers["Host"]);
    }

    [Fact]
    public async Task A_synchronous_call_finds_its_endpoints_too()
    {
        await using var app = new DiscoveryFixture(Register, Two);

        using var response = app.Http.Send(new(HttpMethod.Get, "items"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Addresses_of_the_settings_take_precedence()
    {
        await using var app = new DiscoveryFixture(
            services => Register(services, static o =>
            {
                o.BaseAddress = new Uri("http://basket/");
                o.Endpoints.Addresses = [new(new Uri("http://mine.internal"))];
            }),
            Two);

        Assert.Equal("http://mine.internal/items", await app.GetAsync());
    }
}
