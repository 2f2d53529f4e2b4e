using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Resilience.Http.Chain;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Registration;

/// <summary>The ways to register a resilient client, and what those of one name share.</summary>
public sealed class RegistrationTests
{
    private const string Settings =
        """{ "payments": { "BaseAddress": "https://payments.internal/", "Retry": { "MaxRetries": 1, "BaseDelay": "0s" } } }""";

    public interface IPayments
    {
        HttpClient Http { get; }
    }

    public static TheoryData<string, Action<IServiceCollection>, Func<IServiceProvider, HttpClient>> Ways => new()
    {
        { "named", services => services.AddResilientHttpClient("payments"), Factory },
        { "named, code", services => services.AddResilientHttpClient("payments", _ => { }), Factory },
        { "typed", services =>
            services.AddResilientHttpClient<Payments>("payments"), provider => provider.GetRequiredService<Payments>().Http },
        { "typed, code", services =>
            services.AddResilientHttpClient<Payments>("payments", _ => { }), provider => provider.GetRequiredService<Payments>().Http },
        { "interface", services =>
            services.AddResilientHttpClient<IPayments, Payments>("payments"), provider => provider.GetRequiredService<IPayments>().Http },
        { "interface, code", services => services.AddResilientHttpClient<IPayments, Payments>("payments", _ => { }), provider =>
            provider.GetRequiredService<IPayments>().Http },
        { "keyed", services => services.AddResilientHttpClient("payments").AddAsKeyed(), provider =>
            provider.GetRequiredKeyedService<HttpClient>("payments") },
        { "builder", services => services.AddHttpClient("payments").AddResilience(), Factory },
        { "defaults", services => services.ConfigureHttpClientDefaults(client => client.AddResilience()), Factory },
        { "handler", services => services.AddResilientHttpClient("payments"), Handler },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_way_of_registration_adds_the_chain_and_reads_its_section(
        string way, Action<IServiceCollection> register, Func<IServiceProvider, HttpClient> client)
    {
        _ = way;
        ScriptedServer? server = null;
        using var app = await TestApp.StartedAsync(TestApp.Clients(Settings), services =>
        {
            register(services);
            server = services.UseScriptedServer("payments", script => script.Fail(1, 503).Then(200));
        });
        using var scope = app.Services.CreateScope();

        using var response = await client(scope.ServiceProvider).GetAsync("https://payments.internal/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, server!.Requests.Count);
    }

    [Fact]
    public void A_given_section_is_read_instead_of_the_one_of_the_client_name()
    {
        var own = SettingsText.Read("""{ "money": { "TotalTimeout": "3s" } }""").GetSection("money");
        foreach (var register in new Action<IServiceCollection>[]
        {
            services => services.AddResilientHttpClient("payments", own),
            services => services.AddResilientHttpClient<Payments>("payments", own),
            services => services.AddResilientHttpClient<IPayments, Payments>("payments", own),
            services => services.AddHttpClient("payments").AddResilience(own),
        })
        {
            using var app = TestApp.With(TestApp.Clients(Settings, defaults: """{ "AttemptTimeout": "2s" }"""), register);
            app.Client("payments").Dispose();

            var options = app.InForce("payments");
            Assert.Equal(
                (TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), 3),
                (options.TotalTimeout, options.AttemptTimeout, options.Retry.MaxRetries));
        }
    }

    [Fact]
    public void A_section_given_to_the_factorys_defaults_is_read_in_place_of_Defaults()
    {
        var own = SettingsText.Read("""{ "all": { "TotalTimeout": "3s" } }""").GetSection("all");
        using var app = TestApp.With(
            TestApp.Clients("{}", defaults: """{ "TotalTimeout": "4s" }"""),
            services => services.ConfigureHttpClientDefaults(client => client.AddResilience(own)));
        app.Client("payments").Dispose();

        Assert.Equal(TimeSpan.FromSeconds(3), app.InForce("payments").TotalTimeout);
    }

    [Fact]
    public async Task Two_typed_clients_of_one_name_share_circuits_and_budget()
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients("""{ "payments": { "Retry": { "Enabled": false }, "CircuitBreaker": { "FailureThreshold": 2 } } }"""),
            services =>
            {
                services.AddResilientHttpClient<Payments>("payments");
                services.AddResilientHttpClient<Refunds>("payments");
                services.UseScriptedServer("payments", script => script.Always(503));
            });
        (await app.Services.GetRequiredService<Payments>().Http.GetAsync("https://payments.internal/")).Dispose();
        (await app.Services.GetRequiredService<Refunds>().Http.GetAsync("https://payments.internal/")).Dispose();

        await Assert.ThrowsAsync<CircuitOpenException>(
            () => app.Services.GetRequiredService<Payments>().Http.GetAsync("https://payments.internal/"));
    }

    [Fact]
    public async Task Registering_twice_is_registering_once_with_the_settings_of_both()
    {
        ScriptedServer? server = null;
        using var app = await TestApp.StartedAsync(TestApp.Clients(Settings), services =>
        {
            services.AddResilientHttpClient("payments", options => options.Retry.MaxRetries = 2);
            services.AddResilientHttpClient("payments", options => options.TotalTimeout = TimeSpan.FromSeconds(5)).AddResilience();
            server = services.UseScriptedServer("payments", script => script.Always(503));
        });

        (await app.Client("payments").GetAsync("x")).Dispose();

        Assert.Equal(3, server!.Requests.Count); // a second chain would make it nine
        Assert.Equal(TimeSpan.FromSeconds(5), app.InForce("payments").TotalTimeout);
    }

    [Fact]
    public async Task RemoveResilience_leaves_a_plain_client()
    {
        ScriptedServer? server = null;
        using var app = await TestApp.StartedAsync(TestApp.Clients(Settings), services =>
        {
            services.AddHttpClient("payments").RemoveResilience(); // the factory's defaults come first, wherever they stand
            services.ConfigureHttpClientDefaults(client => client.AddResilience());
            server = services.UseScriptedServer("payments", script => script.Always(503));
        });
        using var client = app.Client("payments");

        (await client.GetAsync("https://payments.internal/")).Dispose();

        Assert.Single(server!.Requests);
        Assert.Equal((TimeSpan.FromSeconds(100), null), (client.Timeout, client.BaseAddress));
    }

    [Fact]
    public async Task Two_containers_do_not_mix()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("payments", options =>
        {
            options.Retry.Enabled = false;
            options.CircuitBreaker.FailureThreshold = 1;
        });
        services.UseScriptedServer("payments", script => script.Always(503));
        await using var one = services.BuildServiceProvider();
        await using var other = services.BuildServiceProvider();

        (await Factory(one).GetAsync("https://payments.internal/")).Dispose();

        await Assert.ThrowsAsync<CircuitOpenException>(() => Factory(one).GetAsync("https://payments.internal/"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Factory(other).GetAsync("https://payments.internal/")).StatusCode);
    }

    [Fact]
    public async Task Without_any_configuration_the_defaults_are_in_force()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("payments");
        await using var provider = services.BuildServiceProvider();
        Factory(provider).Dispose();

        Assert.Equal(TimeSpan.FromSeconds(30), provider.GetRequiredService<ServiceStateStore>().Get("payments").Options.TotalTimeout);
    }

    [Fact]
    public async Task A_container_that_validates_its_services_accepts_the_registrations()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient<Payments>("payments").ConfigureResilience((_, _) => { }).AddFallback((_, _) => default);
        services.ConfigureHttpClientDefaults(client => client.AddResilience());

        await using var provider = services.BuildServiceProvider(
            new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        Factory(provider).Dispose();

        Assert.Single(services, service => service.ServiceType == typeof(ServiceStateStore));
        Assert.Single(services, service => service.ServiceType == typeof(IOptionsMonitor<ResilientHttpClientOptions>));
    }

    [Fact]
    public async Task A_client_with_a_base_address_is_in_the_registry_from_start()
    {
        using var app = await TestApp.StartedAsync(TestApp.Clients(Settings), services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("inventory");
        });
        var circuits = app.Services.GetRequiredService<ICircuitRegistry>();

        var circuit = Assert.Single(circuits.GetAll());
        Assert.Equal(
            ("payments", "https://payments.internal", CircuitState.Closed), (circuit.ServiceName, circuit.Authority, circuit.State));
        circuits.Isolate("inventory", "stocktaking"); // known by name from start as well
        Assert.Equal(CircuitState.Isolated, circuits.Find("inventory")!.State);
    }

    [Fact]
    public async Task A_client_known_only_from_the_factorys_defaults_is_registered_when_created()
    {
        using var app = await TestApp.StartedAsync(
            TestApp.Clients(Settings), services => services.ConfigureHttpClientDefaults(client => client.AddResilience()));
        app.Client("payments").Dispose();
        app.Client("inventory").Dispose();
        var circuits = app.Services.GetRequiredService<ICircuitRegistry>();

        var circuit = Assert.Single(circuits.GetAll());
        Assert.Equal(
            ("payments", "https://payments.internal", CircuitState.Closed), (circuit.ServiceName, circuit.Authority, circuit.State));
        circuits.Isolate("inventory", "stocktaking"); // known by name as well
        Assert.Equal(CircuitState.Isolated, circuits.Find("inventory")!.State);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(null)]
    public void A_client_without_a_name_is_refused(string? name)
    {
        Assert.ThrowsAny<ArgumentException>(() => new ServiceCollection().AddResilientHttpClient(name!));
        Assert.ThrowsAny<ArgumentException>(() => new ServiceCollection().AddResilientHttpClient<Payments>(name!));
    }

    [Fact]
    public void Arguments_that_are_missing_are_named()
    {
        var services = new ServiceCollection();
        Assert.Throws<ArgumentNullException>("services", () => ((IServiceCollection)null!).AddResilientHttpClient("payments"));
        Assert.Throws<ArgumentNullException>(
            "configure", () => services.AddResilientHttpClient("payments", (Action<ResilientHttpClientOptions>)null!));
        Assert.Throws<ArgumentNullException>("section", () => services.AddResilientHttpClient("payments", (IConfigurationSection)null!));
        Assert.Throws<ArgumentNullException>("builder", () => ((IHttpClientBuilder)null!).AddResilience());
        Assert.Throws<ArgumentNullException>("builder", () => ((IHttpClientBuilder)null!).RemoveResilience());
        Assert.Throws<ArgumentNullException>("configure", () => services.AddHttpClient("payments").ConfigureResilience(null!));
        Assert.Throws<ArgumentNullException>("fallback", () => services.AddHttpClient("payments").AddFallback(null!));
    }

    private static HttpClient Factory(IServiceProvider provider) =>
        provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

    private static HttpClient Handler(IServiceProvider provider) =>
        new(provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("payments"), disposeHandler: false);

    public sealed class Payments(HttpClient http) : IPayments
    {
        public HttpClient Http { get; } = http;
    }

    public sealed class Refunds(HttpClient http)
    {
        public HttpClient Http { get; } = http;
    }
}
