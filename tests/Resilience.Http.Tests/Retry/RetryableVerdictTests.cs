using System.Net;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Retry;

/// <summary>The verdict "repeat, and blame nobody", in the whole chain.</summary>
public sealed class RetryableVerdictTests
{
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public async Task A_Retryable_outcome_is_repeated_and_counts_for_no_circuit()
    {
        using var server = new ScriptedServer(script => script.Fail(2, 404).Always(200), _clock);
        using var client = Client(server, options => options.CircuitBreaker.FailureThreshold = 1);

        using var response = await GetAsync(client);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, Throughput(client));
    }

    [Fact]
    public async Task A_Retryable_outcome_is_not_a_success_for_the_circuit_either()
    {
        using var server = new ScriptedServer(script => script.Fail(1, 503).Fail(1, 404).Fail(1, 503), _clock);
        using var client = Client(server, options =>
        {
            options.Retry.MaxRetries = 2;
            options.CircuitBreaker.FailureThreshold = 2;
        });

        using var response = await GetAsync(client);

        Assert.Equal(CircuitState.Open, State(client));
    }

    [Fact]
    public async Task A_trial_classified_as_Retryable_is_replaced()
    {
        using var server = new ScriptedServer(script => script.Fail(1, 503).Then(404).Always(200), _clock);
        using var client = Client(server, options =>
        {
            options.Retry.Enabled = false;
            options.CircuitBreaker.FailureThreshold = 1;
            options.CircuitBreaker.HalfOpenMaxCalls = 1;
        });
        using var opens = await GetAsync(client);
        _clock.Advance(TimeSpan.FromMinutes(5));

        using var trial = await GetAsync(client);
        var after = State(client);
        using var second = await GetAsync(client);

        Assert.Equal((CircuitState.HalfOpen, CircuitState.Closed), (after, State(client)));
    }

    [Fact]
    public async Task The_caller_gets_a_Retryable_response_at_the_end_and_no_fallback_answers()
    {
        using var server = new ScriptedServer(script => script.Always(404), _clock);
        using var client = Client(server, options => options.Fallback.StatusCode = HttpStatusCode.OK);

        using var response = await GetAsync(client);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task An_exception_classified_as_Retryable_may_be_answered_by_a_fallback()
    {
        using var server = new ScriptedServer(
            script => script.Then(_ => throw new InvalidOperationException("no free port")).Always(), _clock);
        using var client = Client(server, options =>
        {
            options.ClassifyOutcome = static _ => AttemptVerdict.Retryable;
            options.Fallback.StatusCode = HttpStatusCode.OK;
        });

        using var response = await GetAsync(client);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(4, server.Requests.Count);
    }

    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 100)]
    public async Task A_Retryable_response_waits_for_the_whole_step_and_an_exception_as_usual(bool response, double wait)
    {
        using var server = new ScriptedServer(
            script => (response ? script.Fail(1, 404) : script.Then(_ => throw new InvalidOperationException("no port"))).Then(200),
            _clock);
        using var client = Client(server, options =>
        {
            options.ClassifyOutcome = static outcome =>
                outcome.Response?.StatusCode == HttpStatusCode.OK ? null : AttemptVerdict.Retryable;
        });

        using var answer = await GetAsync(client);

        Assert.InRange(server.Requests[1].Time.TotalMilliseconds, wait, (2 * wait) - 1);
    }

    private ChainClient Client(ScriptedServer server, Action<ResilientHttpClientOptions> configure) => new(
        server,
        options =>
        {
            options.ClassifyOutcome = static outcome =>
                outcome.Response?.StatusCode == HttpStatusCode.NotFound ? AttemptVerdict.Retryable : null;
            configure(options);
        },
        _clock);

    private Task<HttpResponseMessage> GetAsync(ChainClient client) =>
        _clock.RunAsync(() => client.Http.GetAsync("", HttpCompletionOption.ResponseHeadersRead));

    private static CircuitState State(ChainClient client) => CircuitBreakerOf(client).State;

    private static long Throughput(ChainClient client) => CircuitBreakerOf(client).Throughput;

    private static CircuitSnapshot CircuitBreakerOf(ChainClient client) =>
        Http.CircuitBreaker.Registry.CircuitRegistry.GetOrCreate(client.Service.Host).Find("payments")!;
}
