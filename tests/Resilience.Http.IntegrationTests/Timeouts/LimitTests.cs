using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NSubstitute;
using Resilience.Http.IntegrationTests.Support;
using Resilience.Http.Testing;

namespace Resilience.Http.IntegrationTests.Timeouts;

/// <summary>Attempts that hang on real sockets.</summary>
public sealed class LimitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly VirtualTimeProvider _clock = new();

    [Theory]
    [MemberData(nameof(Protocols.Both), MemberType = typeof(Protocols))]
    public async Task An_attempt_that_hangs_is_cut_and_aborted_at_the_server(HttpProtocols protocol)
    {
        await using var server = await BodyServer.StartAsync(protocol);
        using var client = Client(protocol, server, new() { AttemptTimeout = Limit, Retry = { Enabled = false } });

        var call = client.GetAsync("hang");
        await server.Hanging;
        _clock.Advance(Limit);

        var exception = await Assert.ThrowsAsync<RequestTimedOutException>(() => call);
        Assert.Equal(TimeoutScope.Attempt, exception.Scope);
        await server.Aborted;
    }

    [Fact]
    public async Task A_blocking_attempt_that_hangs_is_cut_too()
    {
        await using var server = await BodyServer.StartAsync(HttpProtocols.Http1);
        using var client = Client(HttpProtocols.Http1, server, new() { TotalTimeout = Limit, AttemptTimeout = Timeout.InfiniteTimeSpan });

        var call = Task.Run(() => client.Send(new HttpRequestMessage(HttpMethod.Get, "hang")));
        await server.Hanging;
        _clock.Advance(Limit);

        var exception = await Assert.ThrowsAsync<RequestTimedOutException>(() => call);
        Assert.Equal(TimeoutScope.Total, exception.Scope);
        await server.Aborted;
    }

    [Theory]
    [MemberData(nameof(Protocols.Both), MemberType = typeof(Protocols))]
    public async Task The_callers_cancellation_reaches_the_caller_with_its_own_token(HttpProtocols protocol)
    {
        await using var server = await BodyServer.StartAsync(protocol);
        using var client = Client(protocol, server, new());
        using var caller = new CancellationTokenSource();

        var call = client.GetAsync("hang", caller.Token);
        await server.Hanging;
        await caller.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(caller.Token, exception.CancellationToken);
        Assert.IsNotType<RequestTimedOutException>(exception);
        await server.Aborted;
    }

    [Fact]
    public async Task A_timeout_set_in_the_constructor_of_a_typed_client_is_reported()
    {
        await using var server = await BodyServer.StartAsync(HttpProtocols.Http1);
        var log = Substitute.For<ILogger>();
        log.IsEnabled(default).ReturnsForAnyArgs(true);
        var loggers = Substitute.For<ILoggerFactory>();
        loggers.CreateLogger(default!).ReturnsForAnyArgs(log);
        var services = new ServiceCollection().AddSingleton(loggers);
        services.AddResilientHttpClient<ImpatientClient>("reports").ConfigureHttpClient(client => client.BaseAddress = server.Address);
        await using var provider = services.BuildServiceProvider();

        await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            var client = provider.GetRequiredService<ImpatientClient>();
            var exception = await Assert.ThrowsAsync<TaskCanceledException>(() => client.Http.GetAsync("hang"));
            Assert.IsType<TimeoutException>(exception.InnerException); // HttpClient's own
        }));

        var warnings = log.ReceivedCalls()
            .Where(call => call.GetMethodInfo().Name == nameof(ILogger.Log) && (LogLevel)call.GetArguments()[0]! == LogLevel.Warning)
            .Select(call => ((EventId)call.GetArguments()[1]!).Name);
        Assert.Single(warnings, "AlwaysCutFromOutside");
    }

    private HttpClient Client(HttpProtocols protocol, BodyServer server, ResilientHttpClientOptions options) =>
        protocol.CreateClient(server.Address, ResilientHttpHandler.Create("reports", options, timeProvider: _clock));

    private sealed class ImpatientClient
    {
        public ImpatientClient(HttpClient http)
        {
            http.Timeout = TimeSpan.FromSeconds(2);
            Http = http;
        }

        public HttpClient Http { get; }
    }
}
