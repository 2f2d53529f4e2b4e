using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Resilience.Http.Tests.Registration;

/// <summary>Where the chain stands among the user's own handlers: before it they run once around, after it once per attempt.</summary>
public sealed class ChainInstallerTests
{
    private const string OneRetry = """{ "payments": { "Retry": { "MaxRetries": 1, "BaseDelay": "0s" } } }""";

    public static TheoryData<string, Action<IServiceCollection, Func<string, DelegatingHandler>>, string[]> Places => new()
    {
        {
            "handlers before run once around, those after once per attempt",
            (services, marker) => services.AddHttpClient("payments")
                .AddHttpMessageHandler(() => marker("before")).AddResilience().AddHttpMessageHandler(() => marker("after")),
            ["before", "after", "after"]
        },
        {
            "adding again leaves it where it stands",
            (services, marker) =>
                services.AddHttpClient("payments").AddResilience().AddHttpMessageHandler(() => marker("after")).AddResilience(),
            ["after", "after"]
        },
        {
            "removing and adding moves it",
            (services, marker) => services.AddHttpClient("payments")
                .AddResilience()
                .AddHttpMessageHandler(() => marker("before"))
                .RemoveResilience()
                .AddResilience()
                .AddHttpMessageHandler(() => marker("after")),
            ["before", "after", "after"]
        },
        {
            "the factory's defaults come first, wherever their statement stands",
            (services, marker) =>
            {
                services.AddHttpClient("payments").AddHttpMessageHandler(() => marker("after")).AddResilience();
                services.ConfigureHttpClientDefaults(client => client.AddHttpMessageHandler(() => marker("before")).AddResilience());
            },
            ["before", "after", "after"]
        },
        {
            "a client may move the chain that the defaults put there",
            (services, marker) =>
            {
                services.ConfigureHttpClientDefaults(client => client.AddResilience());
                services.AddHttpClient("payments").AddHttpMessageHandler(() => marker("before")).RemoveResilience().AddResilience();
            },
            ["before"]
        },
        {
            "adding in the defaults after removing there",
            (services, marker) => services.ConfigureHttpClientDefaults(client => client
                .AddResilience()
                .AddHttpMessageHandler(() => marker("before"))
                .RemoveResilience()
                .AddResilience()
                .AddHttpMessageHandler(() => marker("after"))),
            ["before", "after", "after"]
        },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task The_chain_is_placed_among_the_handlers_in_the_order_of_registration(
        string place, Action<IServiceCollection, Func<string, DelegatingHandler>> register, string[] seen)
    {
        _ = place;
        var passed = new List<string>();
        using var app = await TestApp.StartedAsync(TestApp.Clients(OneRetry), services =>
        {
            register(services, name => new Marker(name, passed));
            services.UseScriptedServer("payments", script => script.Always(503));
        });

        (await app.Client("payments").GetAsync("https://payments.internal/")).Dispose();

        Assert.Equal(seen, passed);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task The_chain_is_placed_in_the_same_position_beside_another_resilient_client(
        string place, Action<IServiceCollection, Func<string, DelegatingHandler>> register, string[] seen) =>
        await The_chain_is_placed_among_the_handlers_in_the_order_of_registration(
            place,
            (services, marker) =>
            {
                services.AddResilientHttpClient("orders");
                register(services, marker);
                services.AddResilientHttpClient("stock");
            },
            seen);

    [Fact]
    public async Task The_chain_is_placed_behind_what_was_set_up_for_all_clients_before_it() =>
        await The_chain_is_placed_among_the_handlers_in_the_order_of_registration(
            "",
            (services, marker) =>
            {
                services.AddResilientHttpClient("orders");
                services.ConfigureAll<HttpClientFactoryOptions>(
                    options => options.HttpMessageHandlerBuilderActions.Add(client => client.AdditionalHandlers.Add(marker("before"))));
                services.AddResilientHttpClient("payments").AddHttpMessageHandler(() => marker("after"));
            },
            ["before", "after", "after"]);

    [Fact]
    public async Task The_chain_is_placed_behind_what_a_setup_of_unknown_name_adds() =>
        await The_chain_is_placed_among_the_handlers_in_the_order_of_registration(
            "",
            (services, marker) =>
            {
                services.AddResilientHttpClient("orders");
                services.AddOptions<HttpClientFactoryOptions>("payments").Configure<IServiceProvider>(
                    (options, _) =>
                        options.HttpMessageHandlerBuilderActions.Add(client => client.AdditionalHandlers.Add(marker("before"))));
                services.AddResilientHttpClient("payments").AddHttpMessageHandler(() => marker("after"));
            },
            ["before", "after", "after"]);

    [Fact]
    public async Task A_client_has_the_chain_if_the_setups_of_all_clients_were_removed_before() =>
        await The_chain_is_placed_among_the_handlers_in_the_order_of_registration(
            "",
            (services, marker) =>
            {
                services.AddResilientHttpClient("payments").AddHttpMessageHandler(() => marker("removed"));
                services.RemoveAll<IConfigureOptions<HttpClientFactoryOptions>>();
                services.AddResilientHttpClient("payments").AddHttpMessageHandler(() => marker("after"));
            },
            ["after", "after"]);

    /// <summary>The factory asks each setup for each client, so a thousand of each would be a million questions at start.</summary>
    [Fact]
    public void Resilient_clients_share_one_setup()
    {
        var services = new ServiceCollection();

        services.AddResilientHttpClient("payments");
        services.AddResilientHttpClient("orders");
        services.AddHttpClient("stock").AddResilience().AddResilience();

        Assert.Single(services, static service => service.ServiceType == typeof(IConfigureOptions<HttpClientFactoryOptions>));
    }

    private sealed class Marker(string name, List<string> passed) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            passed.Add(name);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
