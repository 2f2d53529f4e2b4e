using System.Net;
using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Grpc;

/// <summary>How an attempt of a gRPC call is judged.</summary>
public sealed class GrpcJudgementTests
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly ResilientHttpClientOptions _options = new()
    {
        TotalTimeout = TimeSpan.FromSeconds(30),
        AttemptTimeout = TimeSpan.FromSeconds(10)
    };

    [Fact]
    public void The_status_of_the_headers_comes_before_that_of_http()
    {
        using var request = GrpcWorld.Call();
        using var notFound = GrpcWorld.TrailersOnly("5");
        notFound.StatusCode = HttpStatusCode.ServiceUnavailable;

        Assert.Equal(AttemptVerdict.Success, Context(request).Attempt.Judge(request, notFound, null).Verdict);
    }

    [Theory]
    [InlineData(200, AttemptVerdict.Success)]
    [InlineData(503, AttemptVerdict.Transient)]
    public void Without_a_status_in_the_headers_that_of_http_counts(int status, AttemptVerdict verdict)
    {
        using var request = GrpcWorld.Call();
        using var response = new HttpResponseMessage((HttpStatusCode)status);

        Assert.Equal(verdict, Context(request).Attempt.Judge(request, response, null).Verdict);
    }

    [Fact]
    public void The_status_of_a_request_that_is_not_a_call_is_ignored()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://payments.internal/");
        using var response = GrpcWorld.TrailersOnly("14");

        Assert.Equal(AttemptVerdict.Success, Context(request).Attempt.Judge(request, response, null).Verdict);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(9_980)]
    public void A_cancellation_at_a_short_deadline_counts_in_the_share_only(int deadline)
    {
        var judgement = Cancel(timeout: $"{deadline}m", after: deadline);

        Assert.Equal(new Judgement(AttemptVerdict.Transient, JudgementTraits.RatioOnly | JudgementTraits.CallerCanceled), judgement);
    }

    [Fact]
    public void A_cancellation_at_a_deadline_that_left_the_attempt_its_time_is_a_timeout() => Assert.Equal(
        new Judgement(AttemptVerdict.Transient, JudgementTraits.TimedOut | JudgementTraits.CallerCanceled),
        Cancel(timeout: "10S", after: 10_000));

    [Theory]
    [InlineData("100m", 80)]
    [InlineData(null, 100)]
    [InlineData("nonsense", 100)]
    public void A_cancellation_at_another_moment_is_the_callers_own(string? timeout, int after) =>
        Assert.Equal(new Judgement(AttemptVerdict.Ignored, JudgementTraits.CallerCanceled), Cancel(timeout, after));

    [Fact]
    public void A_deadline_that_the_server_notices_first_is_classified_the_same_way()
    {
        using var request = GrpcWorld.Call(timeout: "100m");
        using var response = GrpcWorld.TrailersOnly("4");
        var context = Context(request);
        _clock.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(new Judgement(AttemptVerdict.Transient, JudgementTraits.RatioOnly), context.Attempt.Judge(request, response, null));
        Assert.Equal("grpc-status 4 DEADLINE_EXCEEDED", context.LastOutcome);
    }

    [Fact]
    public void A_wait_that_the_server_asks_for_is_honored()
    {
        using var request = GrpcWorld.Call();
        using var response = GrpcWorld.TrailersOnly("14", pushback: "1500");

        Assert.Equal(TimeSpan.FromMilliseconds(1500), Context(request).Attempt.ReadRetryAfter(response).Wait);
    }

    private Judgement Cancel(string? timeout, int after)
    {
        using var request = GrpcWorld.Call(timeout: timeout);
        using var caller = new CancellationTokenSource();
        var context = Context(request, caller.Token);
        _clock.Advance(TimeSpan.FromMilliseconds(after));
        caller.Cancel();
        return context.Attempt.Judge(request, null, new OperationCanceledException(caller.Token));
    }

    private CallContext Context(HttpRequestMessage request, CancellationToken caller = default)
    {
        var service = new ServiceState("greeter", new ResilienceRuntime(_clock), _options);
        var context = CallContext.Rent(service, _options, request, caller);
        context.BeginAttempt(request);
        return context;
    }
}
