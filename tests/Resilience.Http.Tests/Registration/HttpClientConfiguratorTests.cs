using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Registration;

/// <summary>What belongs to the HttpClient is set when it is created, after the user's own configuration of it.</summary>
public sealed class HttpClientConfiguratorTests
{
    [Fact]
    public void The_base_address_of_configuration_takes_the_place_of_one_in_code()
    {
        using var app = TestApp.With(
            TestApp.Clients("""{ "payments": { "BaseAddress": "https://payments.internal/v1/" } }"""),
            services => services
                .AddResilientHttpClient("payments")
                .ConfigureHttpClient(client => client.BaseAddress = new Uri("https://localhost/")));
        using var client = app.Client("payments");

        Assert.Equal(new Uri("https://payments.internal/v1/"), client.BaseAddress);
    }

    [Fact]
    public void A_client_of_a_known_name_is_made_even_after_the_container_was_disposed()
    {
        var app = TestApp.With("{}", services => services.AddResilientHttpClient("payments"));
        var factory = app.Services.GetRequiredService<IHttpClientFactory>();
        factory.CreateClient("payments").Dispose();
        app.Dispose();

        using var client = factory.CreateClient("payments");

        Assert.Equal(TimeSpan.FromSeconds(31), client.Timeout);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_created_after_the_disposal_sends_if_its_handlers_already_exist(bool onAllClients)
    {
        var server = new ScriptedServer(script => script.Fail(1, 503).Always(200));
        var app = TestApp.With("{}", services =>
        {
            if (onAllClients)
            {
                services.ConfigureHttpClientDefaults(client => client.AddResilience().ConfigurePrimaryHttpMessageHandler(() => server));
            }
            else
            {
                services.AddResilientHttpClient("payments").ConfigurePrimaryHttpMessageHandler(() => server);
            }

            services.Configure<ResilientHttpClientOptions>("payments", static options => options.Retry.BaseDelay = TimeSpan.Zero);
        });
        var factory = app.Services.GetRequiredService<IHttpClientFactory>();
        factory.CreateClient("payments").Dispose();
        app.Dispose();

        using var client = factory.CreateClient("payments");
        using var response = await client.GetAsync("https://payments.internal/", CancellationToken.None);

        Assert.Equal(2, server.Requests.Count);
        Assert.True(response.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a:b")]
    [InlineData("a:b:c:")]
    [InlineData(":")]
    [InlineData("PAYMENTS")]
    [InlineData("payments__v2")]
    [InlineData("Refit.Client`1[[Api, Version=1.0.0.0]]")]
    [InlineData("Clients")]
    [InlineData("Enabled")]
    [InlineData("0")]
    [InlineData("naïve.ßtraße")]
    [InlineData("line\nbreak")]
    public async Task With_the_chain_on_all_clients_a_client_of_any_name_sends(string name)
    {
        var server = new ScriptedServer(script => script.Always(200));
        using var app = TestApp.With(
            TestApp.Clients("""{ "payments": { "TotalTimeout": "7s" } }"""),
            services =>
            {
                services.AddResilientHttpClient("payments");
                services.ConfigureHttpClientDefaults(client => client.AddResilience().ConfigurePrimaryHttpMessageHandler(() => server));
            });
        using (app.Client("payments"))
        {
        }

        using var client = app.Client(name);
        using var response = await client.GetAsync("https://payments.internal/", CancellationToken.None);

        Assert.True(response.IsSuccessStatusCode);
    }

    [Fact]
    public void Without_a_base_address_in_the_settings_the_clients_own_stays()
    {
        using var app = TestApp.With(
            "{}",
            services => services
                .AddResilientHttpClient("payments")
                .ConfigureHttpClient(client => client.BaseAddress = new Uri("https://localhost/")));
        using var client = app.Client("payments");

        Assert.Equal(new Uri("https://localhost/"), client.BaseAddress);
    }

    [Theory]
    [InlineData("https+http://payments/")]
    [InlineData("http://[::1]:8080/api/")]
    [InlineData("https://payments.internal")]
    public void A_base_address_may_be_what_service_discovery_understands(string address)
    {
        using var app = TestApp.With(
            TestApp.Clients($$"""{ "payments": { "BaseAddress": "{{address}}" } }"""),
            services => services.AddResilientHttpClient("payments"));
        using var client = app.Client("payments");

        Assert.Equal(new Uri(address), client.BaseAddress);
    }

    [Fact]
    public void The_timeout_of_the_client_leaves_room_for_the_total_timeout()
    {
        using var app = TestApp.With(TestApp.Clients("""{ "payments": { "TotalTimeout": "5s" } }"""), services =>
        {
            services.AddResilientHttpClient("payments");
            services.AddResilientHttpClient("inventory", options => options.TotalTimeout = Timeout.InfiniteTimeSpan);
            services.AddHttpClient("plain");
        });

        Assert.Equal(TimeSpan.FromSeconds(6), app.Client("payments").Timeout);
        Assert.Equal(Timeout.InfiniteTimeSpan, app.Client("inventory").Timeout);
        Assert.Equal(TimeSpan.FromSeconds(100), app.Client("plain").Timeout);
    }

    [Fact]
    public void The_timeout_is_decided_after_all_configuration_of_the_user()
    {
        using var app = TestApp.With(
            "{}",
            services =>
                services.AddHttpClient("payments").AddResilience().ConfigureHttpClient(client => client.Timeout = TimeSpan.FromSeconds(3)));

        Assert.Equal(TimeSpan.FromSeconds(3), app.Client("payments").Timeout);
        Assert.Single(app.Logs.Named("ClientTimeoutIsShorter"));
    }

    [Fact]
    public async Task A_logger_provider_may_take_the_factory()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("payments", options => options.TotalTimeout = TimeSpan.FromSeconds(5));
        await using var provider = await ShippedLogs.AppAsync(services);

        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        Assert.Equal(TimeSpan.FromSeconds(6), client.Timeout);
    }
}
