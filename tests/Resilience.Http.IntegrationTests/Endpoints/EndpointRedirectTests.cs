using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Resilience.Http.IntegrationTests.Retry;

namespace Resilience.Http.IntegrationTests.Endpoints;

/// <summary>Redirects that the primary handler follows from an endpoint with a <c>Host</c> header.</summary>
public sealed class EndpointRedirectTests
{
    [Fact]
    public async Task A_relative_redirect_stays_at_the_endpoint_with_its_host()
    {
        ConcurrentQueue<string> hosts = new();
        await using var server = await RealServer.StartAsync(Record(hosts, context => Redirect(context, "/there")));
        using var client = ClientOf(server, log: null);

        using var response = await client.GetAsync("here", TestContext.Current.CancellationToken);

        Assert.Equal(["orders.example", "orders.example"], hosts);
    }

    [Fact]
    public async Task A_redirect_to_another_host_with_the_endpoints_host_header_is_logged_once()
    {
        ConcurrentQueue<string> hosts = new();
        await using var other = await RealServer.StartAsync(Record(hosts, static _ => { }));
        await using var server = await RealServer.StartAsync(Record([], context => Redirect(context, $"{other.Address}there")));
        using var log = new RecordedWarnings();
        using var client = ClientOf(server, log);

        for (var i = 0; i < 3; i++)
        {
            using var response = await client.GetAsync("here", TestContext.Current.CancellationToken);
        }

        // HttpClient keeps the header, and so the other host sees it.
        Assert.Equal(["orders.example", "orders.example", "orders.example"], hosts);
        Assert.Equal(
            $"payments: a redirect from {Text(server)} to {Text(other)} was followed with the Host header orders.example, which belongs " +
            "to the endpoint; HttpClient keeps it. Set AllowAutoRedirect to false on the primary handler, or let the service redirect to " +
            "itself",
            Assert.Single(log.Lines));
    }

    [Fact]
    public async Task A_redirect_back_to_the_endpoint_is_not_logged()
    {
        ConcurrentQueue<string> hosts = new();
        await using var server = await RealServer.StartAsync(Record(
            hosts, static context => Redirect(context, $"http://127.0.0.1:{context.Connection.LocalPort}/there")));
        using var log = new RecordedWarnings();
        using var client = ClientOf(server, log);

        using var response = await client.GetAsync("here", TestContext.Current.CancellationToken);

        Assert.Equal(2, hosts.Count);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task A_host_header_of_the_caller_is_not_logged()
    {
        await using var other = await RealServer.StartAsync(Record([], static _ => { }));
        await using var server = await RealServer.StartAsync(Record([], context => Redirect(context, $"{other.Address}there")));
        using var log = new RecordedWarnings();
        using var client = ClientOf(server, log);
        using var request = new HttpRequestMessage(HttpMethod.Get, "here") { Headers = { Host = "mine" } };

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Empty(log.Lines);
    }

    private static RequestDelegate Record(ConcurrentQueue<string> hosts, Action<HttpContext> answer) => context =>
    {
        hosts.Enqueue(context.Request.Host.Value ?? "");
        if (context.Request.Path != "/there")
        {
            answer(context);
        }

        return Task.CompletedTask;
    };

    private static void Redirect(HttpContext context, string location)
    {
        context.Response.StatusCode = 302;
        context.Response.Headers.Location = location;
    }

    private static string Text(RealServer server) => server.Address.AbsoluteUri.TrimEnd('/');

    private static HttpClient ClientOf(RealServer server, ILoggerFactory? log)
    {
        var options = new ResilientHttpClientOptions { BaseAddress = new Uri("http://orders.example/") };
        options.Endpoints.Addresses = [new HttpEndpoint(server.Address)];
        var chain = ResilientHttpHandler.Create("payments", options, new SocketsHttpHandler { UseProxy = false }, loggerFactory: log);
        return new HttpClient(chain) { BaseAddress = options.BaseAddress };
    }

    private sealed class RecordedWarnings : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Lines.Enqueue(formatter(state, exception));
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
