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
    private static readonly Judgement Failure = new(AttemptVerdict.Failure);
    private static readonly Judgement Ignored = new(AttemptVerdict.Ignored);

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError)]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.SecureConnectionError)]
    public void Where_no_connection_came_about_nothing_was_sent(HttpRequestError error) =>
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
        var timeout = new TaskCanceledException("canceled", new TimeoutException("A connection could not be established within the configured ConnectTimeout."));

        Assert.Equal(new(AttemptVerdict.Transient, JudgementTraits.NothingSent | JudgementTraits.TimedOut), Judge(timeout));
        Assert.Equal(new(AttemptVerdict.Transient, JudgementTraits.TimedOut), OutcomeTable.Judge(timeout, requestUntouched: false));
    }

    [Fact]
    public void The_timeout_of_another_client_says_nothing_of_this_request()
    {
        var ofHttpClient = new TaskCanceledException("timed out", new TimeoutException("timed out", new TaskCanceledException()));
        var ofResilientClient = new RequestTimedOutException("timed out", "tokens", TimeSpan.FromSeconds(1), TimeoutScope.Total);

        Assert.Equal(Ignored, Judge(ofHttpClient));
        Assert.Equal(Ignored, Judge(ofResilientClient));
    }

    [Theory]
    [InlineData(HttpRequestError.ResponseEnded)]
    [InlineData(HttpRequestError.HttpProtocolError)]
    public void An_answer_that_broke_off_is_transient(HttpRequestError error) => Assert.Equal(Transient, Judge(new HttpRequestException(error)));

    [Fact]
    public void A_cut_connection_is_transient()
    {
        var cut = new SocketException((int)SocketError.ConnectionReset);

        Assert.Equal(Transient, Judge(new HttpRequestException(HttpRequestError.Unknown, inner: cut)));
        Assert.Equal(Transient, Judge(new HttpRequestException(HttpRequestError.Unknown, inner: new IOException("cut", cut))));
        Assert.Equal(Transient, Judge(new HttpRequestException(HttpRequestError.Unknown, inner: new IOException("cut", new IOException("cut", cut)))));
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
    [InlineData(7, true)]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(8, false)]
    [InlineData(0x10B, true)]
    [InlineData(0x10C, false)]
    public void Only_a_refused_stream_is_known_to_have_done_nothing(long code, bool nothingSent)
    {
        var reset = new HttpRequestException(HttpRequestError.HttpProtocolError, inner: new HttpProtocolException(code, "reset", null));

        Assert.Equal(nothingSent ? NothingSent : Transient, Judge(reset));
        Assert.Equal(Transient, OutcomeTable.Judge(reset, requestUntouched: false));
    }

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public void A_tunnel_that_failed_in_passing_is_judged_by_its_status_and_sent_nothing(int status) => Assert.Equal(NothingSent, Judge(Tunnel(status)));

    [Fact]
    public void A_tunnel_that_was_throttled_is_throttled() =>
        Assert.Equal(new Judgement(AttemptVerdict.Transient, JudgementTraits.Throttled | JudgementTraits.RatioOnly | JudgementTraits.NothingSent), Judge(Tunnel(429)));

    [Fact]
    public void A_tunnel_without_a_status_sent_nothing() => Assert.Equal(NothingSent, Judge(new HttpRequestException(HttpRequestError.ProxyTunnelError)));

    [Theory]
    [InlineData(403)]
    [InlineData(407)]
    [InlineData(501)]
    public void An_answer_of_the_proxy_is_no_success_of_the_service(int status) => Assert.Equal(Ignored, Judge(Tunnel(status)));

    [Fact]
    public void A_bad_certificate_is_a_failure_that_repeating_does_not_mend() =>
        Assert.Equal(Failure, Judge(new HttpRequestException(HttpRequestError.SecureConnectionError, inner: new AuthenticationException("untrusted"))));

    [Theory]
    [InlineData(HttpRequestError.UserAuthenticationError)]
    [InlineData(HttpRequestError.VersionNegotiationError)]
    [InlineData(HttpRequestError.InvalidResponse)]
    [InlineData(HttpRequestError.ConfigurationLimitExceeded)]
    [InlineData(HttpRequestError.ExtendedConnectNotSupported)]
    public void What_repeating_does_not_mend_is_a_failure(HttpRequestError error) => Assert.Equal(Failure, Judge(new HttpRequestException(error)));

    [Fact]
    public void The_request_s_own_body_is_not_the_service_s_doing() =>
        Assert.All(
            new Exception[] { new IOException("disk"), new InvalidOperationException("body"), new ObjectDisposedException("stream"), new HttpIOException(HttpRequestError.ResponseEnded) },
            inner => Assert.Equal(Ignored, Judge(new HttpRequestException("Error while copying content to a stream.", inner))));

    [Fact]
    public void Any_other_exception_is_not_judged() =>
        Assert.All(
            new Exception[] { new InvalidOperationException(), new IOException(), new OperationCanceledException(), new TaskCanceledException(), new TimeoutException() },
            exception => Assert.Equal(Ignored, Judge(exception)));

    [Fact]
    public void Every_error_that_HttpClient_knows_has_a_row() =>
        Assert.All(
            Enum.GetValues<HttpRequestError>(),
            error => Assert.NotEqual(AttemptVerdict.Success, Judge(new HttpRequestException(error)).Verdict));

    private static HttpRequestException Tunnel(int status) => new(HttpRequestError.ProxyTunnelError, statusCode: (HttpStatusCode)status);

    private static Judgement Judge(Exception exception) => OutcomeTable.Judge(exception, requestUntouched: true);
}
