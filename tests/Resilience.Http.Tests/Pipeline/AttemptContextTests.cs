using System.Net;
using Resilience.Http.CircuitBreaker;
using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Timeouts;
using Resilience.Http.Timeouts;

namespace Resilience.Http.Tests.Pipeline;

/// <summary>What belongs to one attempt, and to no other of its call.</summary>
public sealed class AttemptContextTests
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly ServiceState _service;

    public AttemptContextTests() => _service = new("payments", new ResilienceRuntime(_clock, () => 0), new ResilientHttpClientOptions());

    [Fact]
    public void An_attempt_begins_with_nothing_of_the_one_before()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/");
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter = new(TimeSpan.FromSeconds(7));
        var call = CallContext.Rent(_service, _service.Options, request, default);
        call.BeginAttempt(request);
        var attempt = call.Attempt;
        attempt.Judge(request, response, null);
        (attempt.FiredTimeout, attempt.ProcessWasBehind, attempt.Refused) = (TimeoutScope.Attempt, true, true);
        (attempt.CircuitOpened, attempt.CompletedSynchronously, attempt.OpenHandlers) = (true, true, 3);
        Assert.Equal(TimeSpan.FromSeconds(7), attempt.RetryAfter(response));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var ended = attempt.EndedAt;

        call.BeginAttempt(request);

        Assert.Equal((2, ended), (call.Attempts, attempt.StartedAt));
        Assert.Equal((null, null, null), (attempt.FiredTimeout, attempt.Judged, attempt.Redirects));
        Assert.Equal((false, false, false, false, 0),
            (attempt.ProcessWasBehind, attempt.Refused, attempt.CircuitOpened, attempt.CompletedSynchronously, attempt.OpenHandlers));
        Assert.False(attempt.ReadRetryAfter(null).IsAsked);
        call.Return();
    }

    [Fact]
    public void An_attempt_that_was_refused_and_goes_elsewhere_has_not_ended()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/");
        var call = CallContext.Rent(_service, _service.Options, request, default);
        call.BeginAttempt(request);
        call.Attempt.Refused = true;
        var refusedAt = call.Attempt.EndedAt;

        call.Attempt.ForgetRefusal();
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(2), _clock.GetElapsedTime(refusedAt, call.Attempt.EndedAt));
        call.Return();
    }

    [Fact]
    public async Task Two_concurrent_attempts_of_a_call_end_independently()
    {
        using var first = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/1");
        using var second = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/2");
        var responses = new Dictionary<HttpRequestMessage, TaskCompletionSource<HttpResponseMessage>> { [first] = new(), [second] = new() };
        using var chain = new CircuitBreakerHandler(_service)
        {
            InnerHandler = new AttemptTimeoutHandler(_service)
            {
                InnerHandler = new FakeServer((request, token) => responses[request].Task.WaitAsync(token)),
            },
        };
        var call = CallContext.Rent(_service, _service.Options, first, default);
        var (one, other) = (new AttemptContext(call), new AttemptContext(call));
        one.Begin(first, _clock.GetTimestamp());
        var slow = chain.SendAsync(first, one, async: true, default);
        _clock.Advance(TimeSpan.FromSeconds(5));
        other.Begin(second, _clock.GetTimestamp());
        var quick = chain.SendAsync(second, other, async: true, default);
        var circuit = Assert.Single(ServiceCircuits.GetOrCreate(_service).Current());
        Assert.Equal(2, circuit.InFlight);

        responses[second].SetResult(new());
        await quick;
        var won = chain.End(quick, second, other);
        Assert.Equal(1, circuit.InFlight);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await Record.ExceptionAsync(() => slow);
        var lost = chain.End(slow, first, one);

        Assert.Same(quick, won);
        await Assert.ThrowsAsync<RequestTimedOutException>(() => lost);
        Assert.Equal((0, null, TimeoutScope.Attempt), (circuit.InFlight, other.FiredTimeout, one.FiredTimeout));
        Assert.Equal((AttemptVerdict.Success, AttemptVerdict.Transient), (other.Judged?.Verdict, one.Judged?.Verdict));
    }
}
