using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Retry;

namespace Resilience.Http.Tests.Pipeline;

/// <summary>Failures that do not count against the service leave a line, so that an outage is never silent.</summary>
public sealed class OutcomeLogTests : IDisposable
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly RecordedLog _log = new();

    [Fact]
    public async Task An_exception_that_no_rule_recognizes_is_one_warning_that_names_its_type()
    {
        await FailAsync(3, static () => new AggregateException(new FormatException("1"), new FormatException("2")));

        var lines = _log.Of("ExceptionNotRecognized");
        Assert.Equal([LogLevel.Warning, LogLevel.Debug, LogLevel.Debug], lines.Select(static line => line.Level));
        Assert.StartsWith("payments: no rule recognizes the exception System.AggregateException, so it was not repeated", lines[0].Text);
    }

    [Fact]
    public void An_exception_that_no_rule_recognizes_is_a_warning_for_each_client()
    {
        var host = new ResilienceRuntime(_clock, loggerFactory: _log);
        ServiceState[] clients = [new("payments", host, new()), new("orders", host, new())];
        foreach (var client in clients.Concat(clients))
        {
            OutcomeLog.GetOrCreate(client).Report(new FormatException(), judgement: null);
        }

        Assert.Equal(
            [("payments", LogLevel.Warning), ("orders", LogLevel.Warning), ("payments", LogLevel.Debug), ("orders", LogLevel.Debug)],
            _log.Of("ExceptionNotRecognized").Select(static line => ((string)line.Fields["Service"]!, line.Level)));
    }

    [Fact]
    public async Task The_failure_of_another_resilient_client_names_the_other_service()
    {
        await FailAsync(
            2,
            static () => new InvalidOperationException(
                "no token", new RequestTimedOutException("x", "tokens", TimeSpan.FromSeconds(1), TimeoutScope.Total)));

        var lines = _log.Of("OtherServiceFailed");
        Assert.Equal([LogLevel.Warning, LogLevel.Debug], lines.Select(static line => line.Level));
        Assert.Equal("tokens", lines[0].Fields["OtherService"]);
        Assert.Empty(_log.Of("ExceptionNotRecognized"));
    }

    [Fact]
    public async Task An_open_circuit_of_an_inner_client_is_not_retried_and_opens_no_circuit_here()
    {
        var (calls, tokenCalls) = (0, 0);
        using var tokens = new ChainClient(
            new Failing(() => ++tokenCalls, static () => new HttpRequestException(HttpRequestError.ConnectionError)),
            Eager,
            _clock,
            name: "tokens");
        await Assert.ThrowsAsync<HttpRequestException>(() => tokens.Http.GetAsync("token"));
        using var client = new ChainClient(
            new Failing(() => ++calls, static () => new FormatException()), Eager, _clock, _log, inside: new WithToken(tokens.Http));

        await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync("charges"));
        await Assert.ThrowsAsync<CircuitOpenException>(() => client.Http.GetAsync("charges"));

        Assert.Equal((0, 1), (calls, tokenCalls));
        Assert.Equal(CircuitState.Closed, ServiceCircuits.GetOrCreate(client.Service).Find("https://payments.internal")!.State);
        Assert.Equal("tokens", _log.Of("OtherServiceFailed")[0].Fields["OtherService"]);

        static void Eager(ResilientHttpClientOptions options)
        {
            options.Retry.MaxRetries = 0;
            options.CircuitBreaker.FailureThreshold = 1;
        }
    }

    [Fact]
    public async Task A_local_shortage_is_one_warning()
    {
        await FailAsync(
            2,
            static () =>
                new HttpRequestException(HttpRequestError.ConnectionError, "x", new SocketException((int)SocketError.TooManyOpenSockets)));

        var lines = _log.Of("LocalResourcesExhausted");
        Assert.Equal([LogLevel.Warning, LogLevel.Debug], lines.Select(static line => line.Level));
        Assert.Equal(SocketError.TooManyOpenSockets, lines[0].Fields["SocketError"]);
    }

    [Fact]
    public async Task An_exception_that_ClassifyOutcome_recognizes_is_not_logged()
    {
        await FailAsync(
            1, static () => new FormatException(), static options => options.ClassifyOutcome = static _ => AttemptVerdict.Failure);

        Assert.Empty(_log.Of("ExceptionNotRecognized"));
    }

    [Fact]
    public async Task Plain_exceptions_of_another_primary_handler_open_the_circuit()
    {
        var calls = 0;
        using var client = new ChainClient(
            new Failing(() => ++calls, static () => new HttpRequestException("TypeError: Failed to fetch")), clock: _clock);

        for (var call = 0; call < 20; call++)
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => _clock.RunAsync(() => client.Http.GetAsync("charges")));
        }

        Assert.True(calls < 20, $"{calls} requests went out");
    }

    public void Dispose() => _log.Dispose();

    private async Task FailAsync(int calls, Func<Exception> failure, Action<ResilientHttpClientOptions>? configure = null)
    {
        using var client = new ChainClient(
            new Failing(static () => { }, failure),
            options =>
            {
                options.Retry.Enabled = false;
                configure?.Invoke(options);
            },
            _clock,
            _log);
        for (var call = 0; call < calls; call++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => client.Http.GetAsync("charges"));
        }
    }

    private sealed class Failing(Action sent, Func<Exception> failure) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            sent();
            throw failure();
        }
    }

    private sealed class WithToken(HttpClient tokens) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var token = await tokens.GetAsync("token", cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
