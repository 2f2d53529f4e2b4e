using System.Net;
using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;
using Resilience.Http.Tests.Retry;

namespace Resilience.Http.Tests.Pipeline;

public sealed class AttemptJudgeTests : IDisposable
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly ResilientHttpClientOptions _options = new()
    {
        TotalTimeout = TimeSpan.FromSeconds(30),
        AttemptTimeout = TimeSpan.FromSeconds(10)
    };
    private readonly HttpRequestMessage _request = new(HttpMethod.Get, "https://payments.internal/");

    [Fact]
    public void A_call_whose_caller_cancelled_is_ignored_whatever_its_outcome()
    {
        using var caller = new CancellationTokenSource();
        caller.Cancel();
        Exception[] exceptions =
        [
            new OperationCanceledException(caller.Token),
            new HttpRequestException(HttpRequestError.ConnectionError),
            new TaskCanceledException("connect", new TimeoutException()),
        ];

        Assert.All(exceptions, exception => Assert.Equal(
            new Judgement(AttemptVerdict.Ignored, JudgementTraits.CallerCanceled), Judge(Context(caller.Token), exception)));
    }

    [Fact]
    public void The_callers_cancellation_takes_precedence_over_a_time_limit_that_fired_too()
    {
        using var caller = new CancellationTokenSource();
        caller.Cancel();
        var context = Context(caller.Token);
        context.Attempt.FiredTimeout = TimeoutScope.Attempt;

        Assert.Equal(AttemptVerdict.Ignored, Judge(context, new OperationCanceledException()).Verdict);
    }

    [Fact]
    public void A_response_counts_even_if_the_caller_has_cancelled()
    {
        using var caller = new CancellationTokenSource();
        caller.Cancel();
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);

        Assert.Equal(AttemptVerdict.Transient, Context(caller.Token).Attempt.Judge(_request, response, null).Verdict);
    }

    [Fact]
    public void An_attempt_timeout_is_transient_whatever_exception_is_thrown()
    {
        foreach (var exception in new Exception[] { new OperationCanceledException(), new IOException(), new HttpRequestException("cut") })
        {
            var context = Context();
            context.Attempt.FiredTimeout = TimeoutScope.Attempt;

            Assert.Equal(new Judgement(AttemptVerdict.Transient, JudgementTraits.TimedOut), Judge(context, exception));
        }
    }

    [Theory]
    [InlineData(10_000, AttemptVerdict.Transient)]
    [InlineData(9_990, AttemptVerdict.Transient)]
    [InlineData(9_989, AttemptVerdict.Ignored)]
    [InlineData(1, AttemptVerdict.Ignored)]
    public void A_total_timeout_blames_the_service_only_if_the_attempt_it_cut_had_its_time(int ran, AttemptVerdict verdict)
    {
        var context = Context();
        _clock.Advance(TimeSpan.FromMilliseconds(ran));
        context.Attempt.FiredTimeout = TimeoutScope.Total;

        Assert.Equal(
            new Judgement(verdict, JudgementTraits.TimedOut | JudgementTraits.DeadlinePassed),
            Judge(context, new OperationCanceledException()));
    }

    [Theory]
    [InlineData(1_000, AttemptVerdict.Transient)]
    [InlineData(989, AttemptVerdict.Ignored)]
    public void A_total_timeout_below_the_attempt_timeout_decides_whether_a_timeout_counts(int ran, AttemptVerdict verdict)
    {
        _request.WithTotalTimeout(TimeSpan.FromSeconds(1));
        var context = Context();
        _clock.Advance(TimeSpan.FromMilliseconds(ran));
        context.Attempt.FiredTimeout = TimeoutScope.Total;

        Assert.Equal(verdict, Judge(context, new OperationCanceledException()).Verdict);
    }

    [Fact]
    public void ClassifyOutcome_takes_precedence_over_the_table()
    {
        _options.ClassifyOutcome = outcome => outcome.Response!.StatusCode == HttpStatusCode.NotFound ? AttemptVerdict.Failure : null;
        using var notFound = new HttpResponseMessage(HttpStatusCode.NotFound);
        using var unavailable = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);

        Assert.Equal(AttemptVerdict.Failure, Context().Attempt.Judge(_request, notFound, null).Verdict);
        Assert.Equal(AttemptVerdict.Transient, Context().Attempt.Judge(_request, unavailable, null).Verdict);
    }

    [Fact]
    public void ClassifyOutcome_gets_request_and_outcome_once_per_attempt()
    {
        var seen = new List<AttemptOutcome>();
        _options.ClassifyOutcome = outcome =>
        {
            seen.Add(outcome);
            return AttemptVerdict.Success;
        };
        var context = Context();
        var exception = new InvalidOperationException();

        Judge(context, exception);
        Judge(context, exception);

        var outcome = Assert.Single(seen);
        Assert.Same(_request, outcome.Request);
        Assert.Same(exception, outcome.Exception);
        Assert.Null(outcome.Response);
    }

    [Fact]
    public void The_known_traits_are_kept_besides_the_verdict_of_ClassifyOutcome()
    {
        _options.ClassifyOutcome = static _ => AttemptVerdict.Transient;

        Assert.Equal(
            new Judgement(AttemptVerdict.Transient, JudgementTraits.NothingSent),
            Judge(Context(), new HttpRequestException(HttpRequestError.ConnectionError)));
    }

    [Fact]
    public void ClassifyOutcome_is_not_called_for_a_callers_cancellation_or_the_deadline()
    {
        _options.ClassifyOutcome = static _ => AttemptVerdict.Transient;
        using var caller = new CancellationTokenSource();
        caller.Cancel();
        var late = Context();
        late.Attempt.FiredTimeout = TimeoutScope.Total;

        Assert.Equal(AttemptVerdict.Ignored, Judge(Context(caller.Token), new OperationCanceledException()).Verdict);
        Assert.Equal(AttemptVerdict.Ignored, Judge(late, new OperationCanceledException()).Verdict);
    }

    [Fact]
    public void If_ClassifyOutcome_throws_the_table_applies_and_one_error_is_logged()
    {
        var log = new RecordedLog();
        _options.ClassifyOutcome = static _ => throw new FormatException("x-status");
        var service = new ServiceState("payments", new ResilienceRuntime(_clock, loggerFactory: log), _options);
        using var response = new HttpResponseMessage(HttpStatusCode.BadGateway);

        for (var i = 0; i < 3; i++)
        {
            var context = CallContext.Rent(service, _options, _request, default);
            context.BeginAttempt(_request);
            Assert.Equal(AttemptVerdict.Transient, context.Attempt.Judge(_request, response, null).Verdict);
        }

        Assert.Equal("payments", Assert.Single(log.Of("JudgeThrew")).Fields["Service"]);
        Assert.Equal(2, log.Of("JudgeThrewAgain").Length);
    }

    [Fact]
    public void A_redirect_that_replaced_the_uri_takes_away_that_nothing_was_sent()
    {
        var context = Context();
        _request.RequestUri = new Uri("https://payments.internal/");

        Assert.Equal(new Judgement(AttemptVerdict.Transient), Judge(context, new HttpRequestException(HttpRequestError.ConnectionError)));
    }

    [Fact]
    public void An_attempt_that_was_cut_is_a_timeout_whatever_status_its_exception_has()
    {
        _request.Headers.Add("Idempotency-Key", "17");
        var context = Context();
        context.Sent.Take(_request);
        context.Earlier.Add(new(AttemptVerdict.Transient), status: null, new IOException("cut"));
        context.Attempt.FiredTimeout = TimeoutScope.Attempt;

        Assert.Equal(
            new Judgement(AttemptVerdict.Transient, JudgementTraits.TimedOut),
            Judge(context, new HttpRequestException("conflict", inner: null, HttpStatusCode.Conflict)));
    }

    public void Dispose() => _request.Dispose();

    private CallContext Context(CancellationToken caller = default)
    {
        var service = new ServiceState("payments", new ResilienceRuntime(_clock), _options);
        var context = CallContext.Rent(service, _options, _request, caller);
        context.BeginAttempt(_request);
        return context;
    }

    private Judgement Judge(CallContext context, Exception exception) => context.Attempt.Judge(_request, null, exception);
}
