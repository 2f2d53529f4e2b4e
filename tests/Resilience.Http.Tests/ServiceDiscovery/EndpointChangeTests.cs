using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery;
using static Resilience.Http.Tests.ServiceDiscovery.DiscoveryFixture;

namespace Resilience.Http.Tests.ServiceDiscovery;

/// <summary>Endpoints that come and go: calls and circuits follow.</summary>
public sealed class EndpointChangeTests
{
    [Fact]
    public async Task A_change_reaches_the_next_calls_and_removes_the_circuit_of_a_removed_endpoint()
    {
        await using var app = new DiscoveryFixture(Register, Two);
        await app.GetManyAsync(10);

        app.Configuration["Services:basket:http:1"] = "http://three.internal:1003";
        await app.ReloadAsync();

        Assert.Equal(["one.internal:1001", "three.internal:1003"], await app.GetManyAsync(20));
        Assert.Equal(["http://one.internal:1001", "http://three.internal:1003"], app.Authorities);
        Assert.Single(app.Log.Of("EndpointsChanged"));
    }

    [Fact]
    public async Task The_circuit_of_a_removed_endpoint_disappears_without_a_further_call()
    {
        await using var app = new DiscoveryFixture(Register, Two);
        await app.GetManyAsync(10);

        app.Configuration["Services:basket:http:1"] = "http://three.internal:1003";
        await app.ReloadAsync();

        Assert.Equal(["http://one.internal:1001"], app.Authorities);
        Assert.Single(app.Log.Of("EndpointsChanged"));
    }

    [Fact]
    public async Task Each_further_change_is_followed_without_a_call_too()
    {
        var pods = new Pods();
        await using var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<IServiceEndpointProviderFactory>(pods);
            Register(services);
        });
        await app.GetAsync("http://basket/items");
        for (var i = 2; i < 5; i++)
        {
            pods.Addresses = [$"10.0.0.{i}"];
            pods.Change();
            await app.RefreshedAsync("http://basket/");
            Assert.Empty(app.Authorities);
        }

        Assert.Equal("http://10.0.0.4:8080/items", await app.GetAsync("http://basket/items"));
    }

    [Fact]
    public async Task If_all_endpoints_vanish_their_circuits_go_without_a_further_call()
    {
        var pods = new Pods();
        await using var app = new DiscoveryFixture(services =>
        {
            services.AddSingleton<IServiceEndpointProviderFactory>(pods);
            Register(services);
        });
        await app.GetAsync("http://basket/items");
        Assert.NotEmpty(app.Authorities);

        pods.Addresses = [];
        pods.Change();
        await app.RefreshedAsync("http://basket/");

        Assert.Empty(app.Authorities);
    }

    [Fact]
    public async Task An_edit_of_other_settings_changes_nothing()
    {
        await using var app = new DiscoveryFixture(Register, Two);
        await app.GetManyAsync(10);
        app.Circuits.Isolate("basket", "for the test", authority: "http://one.internal:1001");

        app.Configuration["Other"] = "value";
        await app.ReloadAsync();

        Assert.Equal(["two.internal:1002"], await app.GetManyAsync(10));
        Assert.Empty(app.Log.Of("EndpointsChanged"));
    }
}
