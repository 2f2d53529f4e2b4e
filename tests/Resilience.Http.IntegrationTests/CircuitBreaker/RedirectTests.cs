using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.IntegrationTests.Retry;

namespace Resilience.Http.IntegrationTests.CircuitBreaker;

/// <summary>An API that redirects to a storage that is down, with real sockets.</summary>
public sealed class RedirectTests
{
    public enum Inside
    {
        Nothing,
        Discovery,
        DiscoveryThatDoesNotRestore,
    }

    public static TheoryData<int, Inside, bool> Cases => new(
        from status in new[] { 302, 307, 308 }
        from inside in Enum.GetValues<Inside>()
        from chaos in new[] { false, true }
        select (status, inside, chaos));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_dead_storage_does_not_open_the_circuit_of_the_API(int status, Inside inside, bool chaos)
    {
        using var storage = new DeadPort();
        await using var api = await RealServer.StartAsync(Redirect(status, storage.Address));
        await using var provider = Provider(api, inside, chaos);
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("api");

        for (var call = 0; call < 3; call++)
        {
            var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("file", new StringContent("order")));
            Assert.Equal(HttpRequestError.ConnectionError, thrown.HttpRequestError);
        }

        var circuit = Assert.Single(provider.GetRequiredService<ICircuitRegistry>().GetAll());
        Assert.Equal((CircuitState.Closed, 3, 0.0), (circuit.State, circuit.Throughput, circuit.FailureRatio));
    }

    [Theory]
    [InlineData(Inside.Nothing)]
    [InlineData(Inside.Discovery)]
    [InlineData(Inside.DiscoveryThatDoesNotRestore)]
    public async Task An_order_that_was_redirected_to_a_dead_storage_is_placed_once(Inside inside)
    {
        var orders = 0;
        using var storage = new DeadPort();
        await using var api = await RealServer.StartAsync(context =>
        {
            Interlocked.Increment(ref orders);
            return Redirect(308, storage.Address)(context);
        });
        await using var provider = Provider(api, inside, chaos: false, static options => options.Retry.Enabled = true);
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("api");

        await Assert.ThrowsAsync<HttpRequestException>(() => client.PostAsync("file", new StringContent("order")));

        Assert.Equal(1, orders);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n")]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    public async Task However_the_target_of_a_redirect_fails_the_API_has_answered(string? answer)
    {
        await using var storage = new RawServer(async (connection, stop) =>
        {
            await RawServer.ReadHeadAsync(connection, stop);
            if (answer is null)
            {
                RawServer.Reset(connection);
                return;
            }

            await RawServer.SendAsync(connection, answer, stop);
        });
        await using var api = await RealServer.StartAsync(Redirect(307, storage.Address));
        await using var provider = Provider(api, Inside.Nothing, chaos: false);
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("api");

        for (var call = 0; call < 2; call++)
        {
            await Record.ExceptionAsync(async () => (await client.PostAsync("file", new StringContent("order"))).Dispose());
        }

        var circuit = Assert.Single(provider.GetRequiredService<ICircuitRegistry>().GetAll());
        Assert.Equal((CircuitState.Closed, 2, 0.0), (circuit.State, circuit.Throughput, circuit.FailureRatio));
    }

    [Fact]
    public async Task The_outcome_counts_for_the_storage_if_the_client_calls_it_too()
    {
        using var storage = new DeadPort();
        await using var api = await RealServer.StartAsync(Redirect(302, storage.Address));
        await using var provider = Provider(
            api, Inside.Nothing, chaos: false, static options => options.CircuitBreaker.FailureThreshold = 2);
        using var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("api");

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(storage.Address)); // The storage has a circuit from here on.
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("file"));

        var circuits = provider.GetRequiredService<ICircuitRegistry>();
        Assert.Equal(CircuitState.Open, circuits.Find("api", storage.Address.AbsoluteUri)!.State);
        Assert.Equal(CircuitState.Closed, circuits.Find("api", api.Address.AbsoluteUri)!.State);
    }

    [Fact]
    public async Task The_chain_without_a_container_sees_redirects_below_a_custom_handler()
    {
        using var storage = new DeadPort();
        await using var api = await RealServer.StartAsync(Redirect(307, storage.Address));
        var options = new ResilientHttpClientOptions { Retry = { Enabled = false }, CircuitBreaker = { FailureThreshold = 1 } };
        using var chain = ResilientHttpHandler.Create(
            "api", options, new Discovery(api.Address, restores: true) { InnerHandler = new SocketsHttpHandler { UseProxy = false } });
        using var client = new HttpClient(chain) { BaseAddress = new Uri("http://api.internal/") };

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("file"));

        Assert.Equal(CircuitState.Closed, chain.Circuits.Find("api")!.State);
    }

    private static RequestDelegate Redirect(int status, Uri location) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location.AbsoluteUri;
        return Task.CompletedTask;
    };

    private static ServiceProvider Provider(RealServer api, Inside inside, bool chaos, Action<ResilientHttpClientOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        if (chaos)
        {
            services.AddResilientHttpChaos();
        }

        var builder = services.AddResilientHttpClient("api", options =>
        {
            options.BaseAddress = inside == Inside.Nothing ? api.Address : new Uri("http://api.internal/");
            options.Retry.Enabled = false;
            options.Retry.BaseDelay = TimeSpan.Zero;
            options.CircuitBreaker.FailureThreshold = 1;
            configure?.Invoke(options);
        }).ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler { UseProxy = false });
        if (inside != Inside.Nothing)
        {
            builder.AddHttpMessageHandler(() => new Discovery(api.Address, restores: inside == Inside.Discovery));
        }

        return services.BuildServiceProvider();
    }

    private sealed class Discovery(Uri instance, bool restores) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var asked = request.RequestUri!;
            request.RequestUri = new Uri(instance, asked.PathAndQuery);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                request.RequestUri = restores ? asked : request.RequestUri;
            }
        }
    }
}
