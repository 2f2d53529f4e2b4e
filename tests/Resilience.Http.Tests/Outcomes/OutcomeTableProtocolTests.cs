using System.Net.Quic;
using System.Net.Sockets;
using System.Runtime.Versioning;
using static Resilience.Http.Tests.Outcomes.Judgements;

namespace Resilience.Http.Tests.Outcomes;

/// <summary>Errors of HTTP/2 and HTTP/3: connections that are lost, and streams that are reset or refused.</summary>
public sealed class OutcomeTableProtocolTests
{
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
    public void A_server_that_reports_excessive_load_is_throttling(long code) => Assert.Equal(Throttled, Judge(Reset(code)));

    [Theory]
    [InlineData(0xB)]
    [InlineData(0x107)]
    [SupportedOSPlatform("linux"), SupportedOSPlatform("macos"), SupportedOSPlatform("windows")] // as the type of the exception
    public void A_server_that_reports_excessive_load_is_throttling_even_if_wrapped(long code)
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
    public void A_refused_stream_does_not_prove_that_nothing_was_sent_even_if_wrapped(long code)
    {
        var reset = new HttpProtocolException(code, "refused", new QuicException(QuicError.StreamAborted, code, "refused"));

        Assert.All(
            new Exception[] { reset, new HttpRequestException("of a handler", reset), new IOException("of a handler", reset) },
            exception => Assert.Equal(Transient, Judge(exception)));
    }

    [Theory]
    [InlineData(0xD)]
    [InlineData(0x110)]
    public void A_server_that_requires_another_version_requires_it_again_at_the_next_attempt(long code) =>
        Assert.Equal(Failure, Judge(Reset(code)));

    private static HttpRequestException Reset(long code) =>
        new(HttpRequestError.HttpProtocolError, inner: new HttpProtocolException(code, "reset", null));
}
