using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Resilience.Http.Outcomes;
using static Resilience.Http.Tests.Outcomes.Judgements;

namespace Resilience.Http.Tests.Outcomes;

/// <summary>Exceptions built as real sockets give them; the integration tests record the real ones.</summary>
public sealed class OutcomeTableExceptionTests
{
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
    public void After_a_redirect_the_request_may_have_been_processed_even_if_the_target_is_dead(HttpRequestError error) =>
        Assert.Equal(Transient, OutcomeTable.Judge(new HttpRequestException(error), requestUntouched: false));

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

    [Theory]
    [InlineData(HttpRequestError.ResponseEnded)]
    [InlineData(HttpRequestError.HttpProtocolError)]
    public void A_response_that_was_cut_off_is_transient(HttpRequestError error) =>
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
    public void An_error_that_repeating_does_not_fix_is_a_failure(HttpRequestError error) =>
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

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public void A_transient_tunnel_failure_is_classified_by_its_status_and_sent_nothing(int status) =>
        Assert.Equal(NothingSent, Judge(Tunnel(status)));

    [Fact]
    public void A_tunnel_with_status_429_is_throttled() =>
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
    public void A_wrapped_tunnel_failure_has_the_same_verdict_but_may_have_been_sent(int status, AttemptVerdict verdict) =>
        Assert.Equal(new(verdict), Judge(new HttpRequestException("of a handler", Tunnel(status))));

    [Fact]
    public void Any_other_exception_is_not_classified() =>
        Assert.All(
            new Exception[] { new InvalidOperationException(), new IOException(), new FormatException(), new AggregateException() },
            exception => Assert.Null(Judge(exception)));

    [Fact]
    public void Every_HttpRequestError_has_a_verdict() =>
        Assert.All(
            Enum.GetValues<HttpRequestError>(),
            error => Assert.NotEqual(AttemptVerdict.Success, Judge(new HttpRequestException(error))!.Value.Verdict));

    private static HttpRequestException Tunnel(int status) => new(HttpRequestError.ProxyTunnelError, statusCode: (HttpStatusCode)status);
}
