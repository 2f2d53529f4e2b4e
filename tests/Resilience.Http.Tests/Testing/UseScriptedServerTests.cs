using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Registration;

namespace Resilience.Http.Tests.Testing;

public sealed class UseScriptedServerTests
{
    private readonly VirtualTimeProvider _clock = new();

    public static TheoryData<string> Registrations => new("named", "typed", "typed by its own name", "keyed", "defaults");

    [Theory]
    [MemberData(nameof(Registrations))]
    public async Task The_server_stands_in_however_the_client_was_registered(string registration)
    {
        foreach (var before in new[] { true, false })
        {
            var services = new ServiceCollection();
            var name = registration == "typed by its own name" ? nameof(PaymentsClient) : "payments";
            ScriptedServer? server = before ? services.UseScriptedServer(name, s => s.Always(418)) : null;
            Register(services, registration, name);
            server ??= services.UseScriptedServer(name, s => s.Always(418));
            await using var provider = services.BuildServiceProvider();

            using var response = await Resolve(provider, registration, name).GetAsync("http://unreachable.invalid/");

            Assert.Equal(418, (int)response.StatusCode);
            Assert.Equal("outer", Assert.Single(server.Requests).Headers["X-Through"]);
        }
    }

    [Fact]
    public async Task A_scripted_server_replaces_any_primary_handler_whenever_the_app_sets_it()
    {
        var services = new ServiceCollection();
        var builder = services.AddHttpClient("payments").ConfigurePrimaryHttpMessageHandler(static () => new HttpClientHandler());
        builder.Services.PostConfigure<HttpClientFactoryOptions>(
            "payments", o => o.HttpMessageHandlerBuilderActions.Add(b => b.PrimaryHandler = new SocketsHttpHandler()));
        services.UseScriptedServer("payments", s => s.Always(200));
        builder.UseSocketsHttpHandler((handler, _) => handler.AllowAutoRedirect = false);
        await using var provider = services.BuildServiceProvider();

        using var response = await provider.GetRequiredService<IHttpClientFactory>()
            .CreateClient("payments")
            .GetAsync("http://unreachable.invalid/");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("paymnts", " Did you mean \"payments\"?")]
    [InlineData("Payments", " Did you mean \"payments\"?")]
    [InlineData("warehouse", "")]
    public async Task A_script_for_an_unknown_client_name_fails_the_call_that_would_use_the_network(string name, string hint)
    {
        foreach (var resilient in new[] { true, false })
        {
            var services = new ServiceCollection();
            var builder = services.AddHttpClient("payments", static client => client.BaseAddress = new Uri("http://unreachable.invalid/"));
            services.AddHttpClient<ShippingClient>();
            if (resilient)
            {
                builder.AddResilience();
            }

            services.UseScriptedServer(name, s => s.Always(200));
            await using var provider = services.BuildServiceProvider();
            var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
            using var request = new HttpRequestMessage(HttpMethod.Get, "charges");

            var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetAsync("charges"));
            Assert.Throws<InvalidOperationException>(() => client.Send(request));

            Assert.Equal(
                $"UseScriptedServer(\"{name}\", ...): no client of that name was found, and the client \"payments\" would call the real " +
                $"network.{hint} "
                + "Clients: ShippingClient, payments. A typed client has the name it was registered under, or the name of its type.",
                thrown.Message);
        }
    }

    [Fact]
    public async Task A_client_known_only_from_the_factorys_defaults_may_appear_later_than_others()
    {
        var services = new ServiceCollection();
        services.ConfigureHttpClientDefaults(static client => client.AddResilience());
        services.AddHttpClient("payments").ConfigurePrimaryHttpMessageHandler(static () => new ScriptedServer(static s => s.Always(202)));
        services.UseScriptedServer("late", s => s.Always(200));
        await using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredService<IHttpClientFactory>();
        using var payments = factory.CreateClient("payments");

        using var late = await factory.CreateClient("late").GetAsync("http://unreachable.invalid/");
        using var response = await payments.GetAsync("http://unreachable.invalid/");

        Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task A_typed_client_without_configuration_is_known()
    {
        var services = new ServiceCollection();
        services.AddHttpClient<ShippingClient>();
        services.AddHttpClient("payments").ConfigurePrimaryHttpMessageHandler(static () => new ScriptedServer(static s => s.Always(202)));
        services.UseScriptedServer(nameof(ShippingClient), s => s.Always(200));
        await using var provider = services.BuildServiceProvider();

        using var response = await provider.GetRequiredService<IHttpClientFactory>()
            .CreateClient("payments")
            .GetAsync("http://unreachable.invalid/");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task A_scripted_server_takes_precedence_over_a_handler_filter_of_the_app()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("payments");
        services.AddSingleton<IHttpMessageHandlerBuilderFilter, OwnPrimaryHandler>();
        services.UseScriptedServer("payments", s => s.Always(200));
        services.UseScriptedServer("shipping", s => s.Always(202));
        await using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredService<IHttpClientFactory>();

        using var response = await factory.CreateClient("payments").GetAsync("http://unreachable.invalid/");
        using var shipped = await factory.CreateClient("shipping").GetAsync("http://unreachable.invalid/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, shipped.StatusCode);
    }

    [Fact]
    public async Task A_logger_provider_of_the_app_may_take_the_factory()
    {
        var services = new ServiceCollection();
        services.AddResilientHttpClient("payments");
        var server = services.UseScriptedServer("payments", s => s.Always(200));
        await using var provider = await ShippedLogs.AppAsync(services);

        using var response = await provider.GetRequiredService<IHttpClientFactory>()
            .CreateClient("payments")
            .GetAsync("http://unreachable.invalid/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        server.ShouldHaveCircuit(CircuitState.Closed);
    }

    [Fact]
    public async Task Other_clients_keep_their_network_and_the_last_server_of_a_client_counts()
    {
        var services = new ServiceCollection();
        services.AddHttpClient();
        services.UseScriptedServer("payments", s => s.Always(500));
        services.UseScriptedServer("payments", s => s.Always(200));
        var shipping = services.UseScriptedServer("shipping", s => s.Always(202));
        await using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredService<IHttpClientFactory>();

        Assert.Equal(HttpStatusCode.OK, (await factory.CreateClient("payments").GetAsync("http://localhost/")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await factory.CreateClient("shipping").GetAsync("http://localhost/")).StatusCode);
        Assert.Single(shipping.Requests);
        await Assert.ThrowsAsync<HttpRequestException>(() => factory.CreateClient("Payments").GetAsync("http://unreachable.invalid/"));
    }

    [Fact]
    public async Task The_server_uses_the_clock_of_the_container()
    {
        var services = new ServiceCollection();
        services.AddHttpClient("payments");
        var server = services.UseScriptedServer("payments", s => s.Slow(TimeSpan.FromSeconds(3)));
        services.AddSingleton<TimeProvider>(_clock);
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        _clock.Advance(TimeSpan.FromSeconds(1));

        using var response = await _clock.RunAsync(() => client.GetAsync("http://localhost/"));

        Assert.Equal(TimeSpan.FromSeconds(4), _clock.Elapsed);
        Assert.Equal(TimeSpan.FromSeconds(1), server.Requests[0].Time);
    }

    private static void Register(ServiceCollection services, string registration, string name)
    {
        _ = registration switch
        {
            "named" => services.AddHttpClient(name),
            "typed" => services.AddHttpClient<PaymentsClient>(name),
            "typed by its own name" => services.AddHttpClient<PaymentsClient>(),
            "keyed" => services.AddHttpClient(name).AddAsKeyed(),
            _ => null,
        };
        services.ConfigureHttpClientDefaults(defaults =>
            defaults
                .AddHttpMessageHandler(static () => new MarkingHandler())
                .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler()));
    }

    private static HttpClient Resolve(IServiceProvider provider, string registration, string name) => registration switch
    {
        "typed" or "typed by its own name" => provider.GetRequiredService<PaymentsClient>().Http,
        "keyed" => provider.GetRequiredKeyedService<HttpClient>(name),
        _ => provider.GetRequiredService<IHttpClientFactory>().CreateClient(name),
    };

    private sealed class PaymentsClient(HttpClient http)
    {
        public HttpClient Http { get; } = http;
    }

    private sealed class OwnPrimaryHandler : IHttpMessageHandlerBuilderFilter
    {
        public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
        {
            next(builder);
            builder.PrimaryHandler = new SocketsHttpHandler();
        };
    }

    private sealed class MarkingHandler : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("X-Through", "outer");
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class ShippingClient(HttpClient http)
    {
        public HttpClient Http { get; } = http;
    }
}
