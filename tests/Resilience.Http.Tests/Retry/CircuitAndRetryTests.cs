using System.Net;
using Resilience.Http.Pipeline;
using Resilience.Http.Retry;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Retry;

/// <summary>What the loop does with what a circuit breaker behind it says: by the context alone, never by status or type.</summary>
public sealed class CircuitAndRetryTests
{
    private readonly VirtualTimeProvider _clock = new();

    [Fact]
    public async Task A_circuit_that_opens_on_this_attempt_returns_its_outcome_to_the_caller()
    {
        var (response, sent) = await SendAsync(_ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable), opensOn: 2);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(2, sent);
        Assert.Equal(TimeSpan.FromMilliseconds(200), _clock.Elapsed);
    }

    [Fact]
    public async Task A_circuit_that_opens_during_the_wait_returns_its_refusal_to_the_caller()
    {
        var refusal = new HttpRequestException("open since 12:01");

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(
            () => SendAsync(
                attempt => attempt == 1 ? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) : throw refusal, refuses: 2));

        Assert.Same(refusal, thrown);
    }

    [Fact]
    public async Task A_refusal_that_is_a_response_is_not_repeated_though_it_is_a_503()
    {
        var (response, sent) = await SendAsync(_ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable), refuses: 1);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, sent);
    }

    [Fact]
    public async Task An_immediate_refusal_is_returned_as_the_same_task()
    {
        var refusal = Task.FromException<HttpResponseMessage>(new HttpRequestException("open"));
        var service = new ServiceState("payments", new ResilienceRuntime(_clock), new ResilientHttpClientOptions());
        var retry = new RetryHandler(service) { InnerHandler = new Circuit(service, _ => { }, _ => refusal, refuses: 1) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/");

        var sending = retry.SendAsync(request, CallContext.Rent(service, service.Options, request, default), async: true, default);

        Assert.Same(refusal, sending);
        await Assert.ThrowsAsync<HttpRequestException>(() => sending);
    }

    private async Task<(HttpResponseMessage Response, int Sent)> SendAsync(
        Func<int, HttpResponseMessage> answer, int opensOn = 0, int refuses = 0)
    {
        var service = new ServiceState("payments", new ResilienceRuntime(_clock, () => 1), new ResilientHttpClientOptions());
        var sent = 0;
        using var invoker = new HttpMessageInvoker(new RetryHandler(service)
        {
            InnerHandler = new Circuit(service, attempt => sent = attempt, attempt => Task.FromResult(answer(attempt)), opensOn, refuses),
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/");
        var response = await _clock.RunAsync(() => invoker.SendAsync(request, default));
        return (response, sent);
    }

    /// <summary>Says to the context what a circuit breaker says, at the attempts that the test names.</summary>
    private sealed class Circuit(
        ServiceState service, Action<int> counts, Func<int, Task<HttpResponseMessage>> answer, int opensOn = 0, int refuses = 0)
            : ResilienceHandler(service)
    {
        internal override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
        {
            counts(context.Attempts);
            context.Attempt.CircuitOpened = context.Attempts == opensOn;
            context.Attempt.Refused = context.Attempts == refuses;
            return answer(context.Attempts);
        }
    }
}
