using System.Net;
using System.Security.Authentication;
using Resilience.Http.Outcomes;

namespace Resilience.Http.Tests.Outcomes;

public sealed class OutcomeTextTests
{
    [Theory]
    [InlineData(503, "503 ServiceUnavailable")]
    [InlineData(429, "429 TooManyRequests")]
    [InlineData(599, "599")]
    public void A_status_has_its_number_and_its_name_if_it_has_one(int status, string text) =>
        Assert.Equal(text, OutcomeText.Format((HttpStatusCode)status));

    [Fact]
    public void An_exception_has_its_type_and_message() =>
        Assert.Equal(
            "HttpRequestException: Connection refused (localhost:5000)",
            OutcomeText.Format(new HttpRequestException("Connection refused (localhost:5000)")));

    [Fact]
    public void A_generic_error_is_described_by_its_innermost_exception() => Assert.Equal(
        "HttpRequestException: Connection reset by peer",
        OutcomeText.Format(new HttpRequestException(
            "An error occurred while sending the request.",
            new IOException("Unable to read data.", new InvalidOperationException("Connection reset by peer")))));

    [Fact]
    public void A_tunnel_that_a_proxy_did_not_open_is_described_without_the_proxys_password() => Assert.Equal(
        "HttpRequestException: the proxy did not open the tunnel, 503 ServiceUnavailable",
        OutcomeText.Format(new HttpRequestException(
            HttpRequestError.ProxyTunnelError,
            "The proxy tunnel request to proxy 'http://user:secret@proxy:3128/' failed with status code '503'.",
            statusCode: HttpStatusCode.ServiceUnavailable)));

    [Theory]
    [InlineData(HttpRequestError.ResponseEnded, "The response ended prematurely.", "The response ended prematurely")]
    [InlineData(
        HttpRequestError.HttpProtocolError, "The HTTP/2 server reset the stream (0x2).", "The HTTP/2 server reset the stream (0x2)")]
    public void A_cut_response_is_described_by_the_reason_of_the_inner_exception(HttpRequestError error, string message, string text)
    {
        var inner = new IOException("The request was aborted.", new HttpIOException(error, message, new IOException("Below.")));

        Assert.Equal(
            $"HttpRequestException: {text}",
            OutcomeText.Format(new HttpRequestException(error, "An error occurred while sending the request.", inner)));
    }

    [Fact]
    public void A_failed_TLS_handshake_is_described_by_the_reason_of_the_inner_exception() => Assert.Equal(
        "HttpRequestException: The remote certificate is invalid because of errors in the certificate chain: NotTimeValid",
        OutcomeText.Format(new HttpRequestException(
            HttpRequestError.SecureConnectionError,
            "The SSL connection could not be established, see inner exception.",
            new AuthenticationException("The remote certificate is invalid because of errors in the certificate chain: NotTimeValid"))));

    [Theory]
    [InlineData("It failed.")]
    [InlineData("It failed. ")]
    [InlineData("It failed...")]
    [InlineData("It failed.\r\n")]
    public void No_text_ends_in_a_full_stop(string message) =>
        Assert.Equal("InvalidOperationException: It failed", OutcomeText.Format(new InvalidOperationException(message)));

    [Fact]
    public void A_connect_timeout_is_described_as_such() => Assert.Equal(
        "TimeoutException: A connection could not be established within the configured ConnectTimeout",
        OutcomeText.Format(new TaskCanceledException(
            "The operation was canceled.",
            new TimeoutException("A connection could not be established within the configured ConnectTimeout."))));
}
