using System.Net;
using System.Net.Quic;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Authentication;
using Resilience.Http.Outcomes;

namespace Resilience.Http.Tests.Outcomes;

/// <summary>Exceptions built as real sockets give them; the integration tests record the real ones.</summary>
public sealed class OutcomeTableExceptionTests
{
    private static readonly Judgement Transient = new(AttemptVerdict.Transient);
    private static readonly Judgement NothingSent = new(AttemptVerdict.Transient, JudgementTraits.NothingSent);
    private static readonly Judgement TimedOut = new(AttemptVerdict.Transient, JudgementTraits.TimedOut);
    private static readonly Judgement Throttled = new(AttemptVerdict.Transient, JudgementTraits.Throttled | JudgementTraits.RatioOnly);
    private static readonly Judgement Failure = new(AttemptVerdict.Failure);
    private static readonly Judgement Ignored = new(AttemptVerdict.Ignored);

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError)]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.SecureConnectionError)]
    public void Without_a_connection_nothing_was_sent(HttpRequestError error) =>
        Assert.Equal(NothingSent, Judge(new HttpRequestException(error, inner: new IOException("cut"))));

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError)]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.SecureConnectionError)]
    public void After_a_redirect_a_server_has_acted_even_if_the_next_one_is_dead(HttpRequestError error) =>
        Assert.Equal(Transient, OutcomeTable.Judge(new HttpRequestException(error), requestUntouched: false));

    [Fact]
    public void A_connect_timeout_sent_nothing_and_counts_as_a_timeout()
    {
        var timeout = new TaskCanceledException(
            "canceled",
            new TimeoutException("A connection could not be established within the configured ConnectTimeout."),
            new CancellationToken(canceled: true));

        Assert.Equal(TimedOut with { Traits = JudgementTraits.NothingSent | JudgementTraits.TimedOut }, Judge(timeout));
        Assert.Equal(TimedOut, OutcomeTable.Judge(timeout, requestUntouched: false));
    }

    [Fact]
    public void A_timeout_that_a_handler_throws_does_not_prove_that_nothing_was_sent()
    {
        var thrown = Assert.Throws<TaskCanceledException>(
            static void () => throw new TaskCanceledException("slow", new TimeoutException("5 s")));

        Assert.Equal(TimedOut, Judge(thrown));
    }

    [Fact]
    public async Task A_timeout_that_a_handler_returns_in_its_task_may_have_been_sent()
    {
        var returned = Task.FromException(new TaskCanceledException("slow", new TimeoutException("5 s")));

        Assert.Equal(TimedOut, Judge(returned.Exception!.InnerException!));
        Assert.Equal(TimedOut, Judge(await Assert.ThrowsAsync<TaskCanceledException>(() => returned)));
    }

    [Fact]
    public void A_status_below_100_is_not_a_status() =>
        Assert.Equal(Transient, Judge(new HttpRequestException("no answer", null, statusCode: 0)));

    [Fact]
    public void A_cancellation_that_a_handler_turned_into_another_error_is_not_recognized()
    {
        var own = new OperationCanceledException("x", null, new CancellationToken(canceled: true));

        Assert.Null(Judge(new InvalidOperationException("The operation took too long.", own)));
        Assert.Null(Judge(new AggregateException(new InvalidOperationException("The operation took too long.", own))));
        Assert.Equal(Ignored, Judge(new AggregateException(own)));
    }

    [Fact]
    public void The_timeout_of_another_client_is_a_timeout() =>
        Assert.Equal(
            TimedOut, Judge(new TaskCanceledException("timed out", new TimeoutException("timed out", new TaskCanceledException()))));

    [Fact]
    public void A_cancellation_whose_own_token_is_not_cancelled_is_a_timeout()
    {
        using var other = new CancellationTokenSource();

        Assert.All(
            new Exception[]
            {
                new TaskCanceledException(),
                new OperationCanceledException(),
                new TaskCanceledException("x", null, other.Token)
            },
            exception => Assert.Equal(TimedOut, Judge(exception)));
    }

    [Fact]
    public void A_cancellation_that_a_handler_asked_for_is_ignored()
    {
        using var handler = new CancellationTokenSource();
        handler.Cancel();

        Assert.Equal(Ignored, Judge(new TaskCanceledException("x", null, handler.Token)));
    }

    [Fact]
    public void A_bare_timeout_of_a_handler_is_a_timeout() =>
        Assert.Equal(TimedOut, OutcomeTable.Judge(new TimeoutException(), requestUntouched: true));

    [Theory]
    [InlineData(503, AttemptVerdict.Transient)]
    [InlineData(404, AttemptVerdict.Success)]
    [InlineData(507, AttemptVerdict.Success)]
    [InlineData(511, AttemptVerdict.Ignored)]
    public void An_exception_with_a_status_is_judged_as_that_status(int status, AttemptVerdict verdict)
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

    [Fact]
    public void An_exception_of_another_primary_handler_is_transient_and_may_have_been_sent() =>
        Assert.All(
            new Exception?[]
            {
                null,
                new FormatException("TypeError: Failed to fetch"),
                new System.ComponentModel.Win32Exception(12029),
                new SocketException(111)
            },
            inner => Assert.Equal(Transient, Judge(new HttpRequestException("down", inner))));

    [Fact]
    public void Without_a_body_an_unknown_error_is_transient() =>
        Assert.All(
            new Exception[] { new IOException("The request was aborted."), new InvalidOperationException("x") },
            inner => Assert.Equal(Transient, OutcomeTable.Judge(new HttpRequestException("x", inner), requestUntouched: true)));

    [Fact]
    public void A_wrapper_with_one_inner_exception_is_judged_as_the_inner_one()
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
    public void Several_inner_exceptions_are_not_judged()
    {
        var failed = new HttpRequestException("no", null, HttpStatusCode.ServiceUnavailable);

        Assert.Null(Judge(new AggregateException(failed, failed)));
    }

    [Fact]
    public void An_exception_of_another_resilient_client_says_nothing_about_this_service()
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

    [Theory]
    [InlineData(HttpRequestError.ResponseEnded)]
    [InlineData(HttpRequestError.HttpProtocolError)]
    public void A_response_that_broke_off_is_transient(HttpRequestError error) =>
        Assert.Equal(Transient, Judge(new HttpRequestException(error)));

    [Fact]
    public void A_cut_connection_is_transient()
    {
        var cut = new SocketException((int)SocketError.ConnectionReset);

        Assert.Equal(Transient, Judge(new HttpRequestException(HttpRequestError.Unknown, inner: cut)));
        Assert.Equal(Transient, Judge(new HttpRequestException(HttpRequestError.Unknown, inner: new IOException("cut", cut))));
        Assert.Equal(
            Transient,
            Judge(new HttpRequestException(HttpRequestError.Unknown, inner: new IOException("cut", new IOException("cut", cut)))));
    }

    [Fact]
    [SupportedOSPlatform("linux"), SupportedOSPlatform("macos"), SupportedOSPlatform("windows")] // as the type of the exception
    public void A_lost_connection_of_HTTP_3_is_transient()
    {
        var lost = new QuicException(QuicError.ConnectionTimeout, null, "timeout");

        Assert.Equal(Transient, Judge(new HttpRequestException(HttpRequestError.Unknown, inner: lost)));
    }

    [Fact]
    public void A_connection_that_was_cut_before_HTTP_2_had_its_settings_is_transient()
    {
        Assert.Equal(Transient, Judge(Handshake(new IOException("cut", new SocketException((int)SocketError.ConnectionReset)))));
        Assert.Equal(Transient, Judge(Handshake(new HttpIOException(HttpRequestError.ResponseEnded))));
        Assert.Equal(Failure, Judge(Handshake(new HttpIOException(HttpRequestError.InvalidResponse))));
        Assert.Equal(Failure, Judge(Handshake(null)));

        static HttpRequestException Handshake(Exception? cause) =>
            new(HttpRequestError.InvalidResponse, inner: new HttpIOException(HttpRequestError.InvalidResponse, "no handshake", cause));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(0x10B)]
    [InlineData(0x10C)]
    public void A_reset_stream_does_not_prove_that_nothing_was_sent_not_even_a_refused_one(long code) =>
        Assert.Equal(Transient, Judge(Reset(code)));

    [Theory]
    [InlineData(0xB)]
    [InlineData(0x107)]
    public void A_server_that_asks_for_calm_throttles(long code) => Assert.Equal(Throttled, Judge(Reset(code)));

    [Theory]
    [InlineData(0xB)]
    [InlineData(0x107)]
    [SupportedOSPlatform("linux"), SupportedOSPlatform("macos"), SupportedOSPlatform("windows")] // as the type of the exception
    public void A_server_that_asks_for_calm_throttles_however_the_exception_is_wrapped(long code)
    {
        var quic = new QuicException(QuicError.StreamAborted, code, "aborted");
        var reset = new HttpProtocolException(code, "reset", quic);
        var request = new HttpRequestException(HttpRequestError.HttpProtocolError, "reset", reset);

        Assert.All(
            new Exception[]
            {
                reset,
                new HttpRequestException("reset", reset),
                new HttpRequestException("of a handler", request),
                new IOException("of a handler", reset),
                new AggregateException(request),
            },
            exception => Assert.Equal(Throttled, Judge(exception)));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(0x10B)]
    [SupportedOSPlatform("linux"), SupportedOSPlatform("macos"), SupportedOSPlatform("windows")] // as the type of the exception
    public void A_refused_stream_does_not_prove_it_however_the_exception_is_wrapped(long code)
    {
        var reset = new HttpProtocolException(code, "refused", new QuicException(QuicError.StreamAborted, code, "refused"));

        Assert.All(
            new Exception[] { reset, new HttpRequestException("of a handler", reset), new IOException("of a handler", reset) },
            exception => Assert.Equal(Transient, Judge(exception)));
    }

    [Theory]
    [InlineData(0xD)]
    [InlineData(0x110)]
    public void A_server_that_wants_another_version_wants_it_again_at_the_next_attempt(long code) =>
        Assert.Equal(Failure, Judge(Reset(code)));

    [Theory]
    [InlineData(407, AttemptVerdict.Ignored)]
    [InlineData(507, AttemptVerdict.Success)]
    [InlineData(509, AttemptVerdict.Failure)]
    [InlineData(529, AttemptVerdict.Transient)]
    [InlineData(561, AttemptVerdict.Success)]
    [InlineData(999, AttemptVerdict.Transient)]
    public void A_status_is_judged_alike_in_an_exception_and_in_a_wrapper_of_it(int status, AttemptVerdict verdict)
    {
        var thrown = new HttpRequestException("of EnsureSuccessStatusCode", null, (HttpStatusCode)status);

        Assert.All(
            new Exception[] { thrown, new HttpRequestException("of a handler", thrown), new AggregateException(thrown) },
            exception => Assert.Equal(verdict, Judge(exception)!.Value.Verdict));
    }

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public void A_tunnel_that_failed_in_passing_is_judged_by_its_status_and_sent_nothing(int status) =>
        Assert.Equal(NothingSent, Judge(Tunnel(status)));

    [Fact]
    public void A_tunnel_that_was_throttled_is_throttled() =>
        Assert.Equal(
            new Judgement(AttemptVerdict.Transient, JudgementTraits.Throttled | JudgementTraits.RatioOnly | JudgementTraits.NothingSent),
            Judge(Tunnel(429)));

    [Fact]
    public void A_tunnel_without_a_status_sent_nothing() =>
        Assert.Equal(NothingSent, Judge(new HttpRequestException(HttpRequestError.ProxyTunnelError)));

    [Theory]
    [InlineData(403)]
    [InlineData(407)]
    [InlineData(501)]
    public void A_response_of_the_proxy_is_not_a_success_of_the_service(int status) => Assert.Equal(Ignored, Judge(Tunnel(status)));

    [Theory]
    [InlineData(407, AttemptVerdict.Ignored)]
    [InlineData(403, AttemptVerdict.Ignored)]
    [InlineData(503, AttemptVerdict.Transient)]
    public void A_tunnel_is_judged_alike_in_a_wrapper_which_proves_nothing_of_what_was_sent(int status, AttemptVerdict verdict) =>
        Assert.Equal(new(verdict), Judge(new HttpRequestException("of a handler", Tunnel(status))));

    [Fact]
    public void A_bad_certificate_is_a_failure_that_repeating_does_not_fix() =>
        Assert.Equal(
            Failure,
            Judge(new HttpRequestException(HttpRequestError.SecureConnectionError, inner: new AuthenticationException("untrusted"))));

    [Theory]
    [InlineData(HttpRequestError.UserAuthenticationError)]
    [InlineData(HttpRequestError.VersionNegotiationError)]
    [InlineData(HttpRequestError.InvalidResponse)]
    [InlineData(HttpRequestError.ConfigurationLimitExceeded)]
    [InlineData(HttpRequestError.ExtendedConnectNotSupported)]
    public void What_repeating_does_not_fix_is_a_failure(HttpRequestError error) =>
        Assert.Equal(Failure, Judge(new HttpRequestException(error)));

    [Fact]
    public void Without_a_body_a_lost_connection_is_transient_even_if_it_is_not_wrapped() =>
        Assert.All(
            new Exception[]
            {
                new SocketException(104),
                new IOException("cut", new SocketException(104)),
                new HttpIOException(HttpRequestError.ResponseEnded)
            },
            exception => Assert.Equal(Transient, OutcomeTable.Judge(exception, requestUntouched: true)));

    [Fact]
    public void Any_other_exception_is_not_judged() =>
        Assert.All(
            new Exception[] { new InvalidOperationException(), new IOException(), new FormatException(), new AggregateException() },
            exception => Assert.Null(Judge(exception)));

    [Fact]
    public void Every_error_that_HttpClient_knows_has_a_row() =>
        Assert.All(
            Enum.GetValues<HttpRequestError>(),
            error => Assert.NotEqual(AttemptVerdict.Success, Judge(new HttpRequestException(error))!.Value.Verdict));

    private static HttpRequestException Tunnel(int status) => new(HttpRequestError.ProxyTunnelError, statusCode: (HttpStatusCode)status);

    private static HttpRequestException Reset(long code) =>
        new(HttpRequestError.HttpProtocolError, inner: new HttpProtocolException(code, "reset", null));

    private static Judgement? Judge(Exception exception) => OutcomeTable.Judge(exception, requestUntouched: true);
}
