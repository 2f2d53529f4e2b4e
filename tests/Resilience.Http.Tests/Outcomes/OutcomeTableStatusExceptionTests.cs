using System.Net;
using System.Security.Authentication;
using Resilience.Http.Outcomes;
using static Resilience.Http.Tests.Outcomes.Judgements;

namespace Resilience.Http.Tests.Outcomes;

/// <summary>Exceptions that carry a status or wrap another exception.</summary>
public sealed class OutcomeTableStatusExceptionTests
{
    [Fact]
    public void A_status_below_100_is_not_a_status() =>
        Assert.Equal(Transient, Judge(new HttpRequestException("no answer", null, statusCode: 0)));

    [Theory]
    [InlineData(503, AttemptVerdict.Transient)]
    [InlineData(404, AttemptVerdict.Success)]
    [InlineData(507, AttemptVerdict.Success)]
    [InlineData(511, AttemptVerdict.Ignored)]
    public void An_exception_with_a_status_is_classified_by_that_status(int status, AttemptVerdict verdict)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        var thrown = Assert.Throws<HttpRequestException>(() => response.EnsureSuccessStatusCode());

        Assert.Equal(new Judgement(verdict), Judge(thrown));
    }

    [Fact]
    public void An_exception_with_status_429_is_throttled() =>
        Assert.Equal(
            new Judgement(AttemptVerdict.Transient, JudgementTraits.Throttled | JudgementTraits.RatioOnly),
            Judge(new HttpRequestException("slow down", null, HttpStatusCode.TooManyRequests)));

    [Theory]
    [InlineData(407, AttemptVerdict.Ignored)]
    [InlineData(507, AttemptVerdict.Success)]
    [InlineData(509, AttemptVerdict.Failure)]
    [InlineData(529, AttemptVerdict.Transient)]
    [InlineData(561, AttemptVerdict.Success)]
    [InlineData(999, AttemptVerdict.Transient)]
    public void A_status_is_classified_alike_in_an_exception_and_in_a_wrapper_of_it(int status, AttemptVerdict verdict)
    {
        var thrown = new HttpRequestException("of EnsureSuccessStatusCode", null, (HttpStatusCode)status);

        Assert.All(
            new Exception[] { thrown, new HttpRequestException("of a handler", thrown), new AggregateException(thrown) },
            exception => Assert.Equal(verdict, Judge(exception)!.Value.Verdict));
    }

    [Fact]
    public void A_wrapper_with_one_inner_exception_is_classified_like_the_inner_one()
    {
        var unavailable = new HttpRequestException("no", null, HttpStatusCode.ServiceUnavailable);
        var untrusted = new HttpRequestException(HttpRequestError.SecureConnectionError, inner: new AuthenticationException("untrusted"));

        Assert.Equal(Transient, Judge(new InvalidOperationException("x", unavailable)));
        Assert.Equal(Transient, Judge(new AggregateException(unavailable)));
        Assert.Equal(Failure, Judge(new AggregateException(new FormatException("x", untrusted))));
        Assert.Equal(Failure, Judge(new HttpRequestException("x", untrusted)));
        Assert.Equal(TimedOut, Judge(new FormatException("x", new TaskCanceledException("x", new TimeoutException()))));
    }

    [Fact]
    public void A_wrapped_exception_does_not_prove_that_nothing_was_sent()
    {
        var refused = new HttpRequestException(HttpRequestError.ConnectionError);

        Assert.Equal(Transient, Judge(new AggregateException(refused)));
        Assert.Equal(Transient, Judge(new HttpRequestException("x", refused)));
    }

    [Fact]
    public void Several_inner_exceptions_are_not_classified()
    {
        var failed = new HttpRequestException("no", null, HttpStatusCode.ServiceUnavailable);

        Assert.Null(Judge(new AggregateException(failed, failed)));
    }

    [Fact]
    public void An_exception_of_another_resilient_client_does_not_count_for_this_service()
    {
        var timedOut = new RequestTimedOutException("timed out", "tokens", TimeSpan.FromSeconds(1), TimeoutScope.Total);

        Assert.All(
            new Exception[]
            {
                timedOut,
                new InvalidOperationException("no token", timedOut),
                new HttpRequestException("no token", timedOut),
                new AggregateException(timedOut)
            },
            exception => Assert.Equal(Ignored, Judge(exception)));
    }
}
