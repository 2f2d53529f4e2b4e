using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.IntegrationTests.Retry;

namespace Resilience.Http.IntegrationTests.Endpoints;

/// <summary>Three instances that service discovery finds, with real sockets.</summary>
public sealed class DiscoveredServersTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<int> _sent = new();
    private readonly ConfigurationManager _configuration = new();
    private readonly RealServer[] _servers = new RealServer[3];
    private ServiceProvider _provider = null!;
    private volatile int _dead = -1;
    private int _refused;

    private HttpClient Http => _provider.GetRequiredService<IHttpClientFactory>().CreateClient("basket");

    private string[] Authorities =>
        [.. _provider.GetRequiredService<ICircuitRegistry>().GetAll().Select(static circuit => circuit.Authority).Order()];

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < _servers.Length; i++)
        {
            var number = i;
            _servers[i] = await RealServer.StartAsync(context =>
            {
                if (number == _dead)
                {
                    Interlocked.Increment(ref _refused);
                    context.Abort();
                    return Task.CompletedTask;
                }

                _sent.Enqueue(number);
                return context.Response.WriteAsync(context.Request.Host.Value!);
            });
            _configuration[$"Services:basket:http:{i}"] = _servers[i].Address.AbsoluteUri;
        }

        var services = new ServiceCollection();
        services.AddLogging().AddSingleton<IConfiguration>(_configuration);
        services.AddResilientHttpClient("basket", static options =>
        {
            options.Retry.BaseDelay = TimeSpan.FromMilliseconds(1);
            options.CircuitBreaker.MaxRecoveryTimeout = TimeSpan.FromHours(1);
            options.CircuitBreaker.RecoveryTimeout = TimeSpan.FromHours(1);
        }).UseServiceDiscovery();
        _provider = services.BuildServiceProvider();
    }

    [Fact]
    public async Task Calls_are_spread_over_all_instances()
    {
        await GetManyAsync(60);

        Assert.Equal([0, 1, 2], _sent.Distinct().Order());
        Assert.Equal([.. _servers.Select(Text).Order()], Authorities);
    }

    [Fact]
    public async Task No_call_is_lost_when_an_instance_dies_and_its_traffic_stops()
    {
        await GetManyAsync(30);
        _dead = 1;

        for (var calls = 0; calls < 2_000 && State(_servers[1]) != CircuitState.Open; calls++)
        {
            await GetManyAsync(1); // How often it is chosen while it fails depends on the latencies of the others.
        }

        Assert.Equal(CircuitState.Open, State(_servers[1]));
        var refused = _refused;
        _sent.Clear();
        await GetManyAsync(60);
        Assert.Equal((refused, 60), (_refused, _sent.Count));
    }

    [Fact]
    public async Task A_request_to_an_instance_with_an_IP_address_names_the_service_as_its_host()
    {
        using var response = await Http.GetAsync("items", TestContext.Current.CancellationToken);

        Assert.Equal("basket", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private async Task GetManyAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var response = await Http.GetAsync("items", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    private CircuitState State(RealServer server) =>
        _provider.GetRequiredService<ICircuitRegistry>().Find("basket", server.Address.AbsoluteUri)!.State;

    private static string Text(RealServer server) => server.Address.AbsoluteUri.TrimEnd('/');
}
