using System.Net;
using Resilience.Http.CircuitBreaker;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Pipeline;
using Resilience.Http.Retry;
using Resilience.Http.Testing;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Pipeline;

/// <summary>Breaker and attempt timeout begin and end their part of each attempt; the loop sees to it that what has begun ends.</summary>
public sealed class AttemptHandlerTests
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly ServiceState _service;

    public AttemptHandlerTests() => _service = new("payments", new ResilienceRuntime(_clock, () => 0), new ResilientHttpClientOptions());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_attempt_ends_if_another_handler_is_between_the_loop_and_its_handlers(bool async)
    {
        using var server = new ScriptedServer(
            s => s.Fail(1, HttpStatusCode.ServiceUnavailable).Then(HttpStatusCode.OK).Hang().Always(), _clock);
        using var client = new HttpMessageInvoker(new RetryHandler(_service)
        {
            InnerHandler = new SomebodysHandler
            {
                InnerHandler = new CircuitBreakerHandler(_service)
                {
                    InnerHandler = new AttemptTimeoutHandler(_service) { InnerHandler = server },
                },
            },
        });

        var answer = await SendAsync(client, async);
        await Assert.ThrowsAsync<RequestTimedOutException>(() => SendAsync(client, async));

        var circuit = Assert.Single(ServiceCircuits.GetOrCreate(_service).Current());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, circuit.InFlight);
        Assert.Equal((1, "the AttemptTimeout"), (circuit.Snapshot().ConsecutiveFailures, circuit.Snapshot().LastFailure));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_goes_to_the_handler_that_is_next_by_then(bool async)
    {
        using var one = new ScriptedServer(s => s.Then(HttpStatusCode.OK), _clock);
        using var other = new ScriptedServer(s => s.Then(HttpStatusCode.Accepted), _clock);
        using var somebodys = new ScriptedServer(s => s.Then(HttpStatusCode.NoContent), _clock);
        var loop = new RetryHandler(_service);
        using var client = new HttpMessageInvoker(loop);
        var answers = new List<HttpStatusCode>();

        foreach (var next in new HttpMessageHandler[]
        {
            new AttemptTimeoutHandler(_service) { InnerHandler = one },
            new AttemptTimeoutHandler(_service) { InnerHandler = other },
            somebodys,
        })
        {
            loop.InnerHandler = next;
            answers.Add((await SendAsync(client, async)).StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Accepted, HttpStatusCode.NoContent], answers);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMessageInvoker client, bool async)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/");
        return async ? await _clock.RunAsync(() => client.SendAsync(request, default)) : _clock.Run(() => client.Send(request, default));
    }

    private sealed class SomebodysHandler : DelegatingHandler;
}
