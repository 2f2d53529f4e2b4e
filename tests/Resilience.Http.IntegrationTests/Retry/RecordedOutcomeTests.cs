using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Resilience.Http.Outcomes;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>
/// What HttpClient really throws for each way in which a connection or an answer can fail, and the verdict on it. Not among them, for
/// want of a server on loopback that provokes it: UserAuthenticationError.
/// </summary>
public sealed class RecordedOutcomeTests
{
    private static readonly Judgement NothingSent = new(AttemptVerdict.Transient, JudgementTraits.NothingSent);
    private static readonly Judgement Transient = new(AttemptVerdict.Transient);
    private static readonly Judgement Throttled = new(AttemptVerdict.Transient, JudgementTraits.Throttled | JudgementTraits.RatioOnly);
    private static readonly Judgement Failure = new(AttemptVerdict.Failure);
    private static readonly Judgement Ignored = new(AttemptVerdict.Ignored);

    [Fact]
    public async Task A_refused_connection()
    {
        using var dead = new DeadPort();

        await ExpectAsync(HttpRequestError.ConnectionError, NothingSent, dead.Address);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve() =>
        await ExpectAsync(HttpRequestError.NameResolutionError, NothingSent, new Uri("http://no-such-host.invalid/"));

    [Fact]
    public async Task A_connect_timeout()
    {
        using var sockets = Sockets();
        sockets.ConnectTimeout = TimeSpan.FromMilliseconds(20);
        sockets.ConnectCallback = static async (_, cancellationToken) =>
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return Stream.Null;
        };

        var thrown = await Assert.ThrowsAsync<TaskCanceledException>(() => SendAsync(sockets, Get(new Uri("http://127.0.0.1/"))));

        Assert.IsType<TimeoutException>(thrown.InnerException);
        Assert.Equal(NothingSent with
        {
            Traits = JudgementTraits.NothingSent | JudgementTraits.TimedOut
        }, OutcomeTable.Judge(thrown, requestUntouched: true));
    }

    [Fact]
    public async Task The_timeout_of_another_client_that_an_inner_handler_uses()
    {
        await using var server = new RawServer(HangAsync);
        using var tokens = new HttpClient(Sockets()) { Timeout = TimeSpan.FromMilliseconds(20) };

        var thrown = await Assert.ThrowsAsync<TaskCanceledException>(() => tokens.GetAsync(server.Address));

        Assert.IsType<TimeoutException>(thrown.InnerException);
        Assert.Equal(new Judgement(AttemptVerdict.Transient, JudgementTraits.TimedOut), OutcomeTable.Judge(thrown, requestUntouched: true));
    }

    [Fact]
    public async Task A_connection_closed_during_the_TLS_handshake()
    {
        await using var server = new RawServer(static async (connection, stop) => await connection.ReceiveAsync(new byte[1000], stop));

        await ExpectAsync(HttpRequestError.SecureConnectionError, NothingSent, Secure(server));
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted()
    {
        await using var server = new RawServer(static (connection, _) => HandshakeAsync(connection));

        await ExpectAsync(HttpRequestError.SecureConnectionError, Failure, Secure(server));
    }

    [Fact]
    public async Task A_server_that_does_not_speak_TLS()
    {
        await using var server = new RawServer(static async (connection, stop) =>
        {
            await RawServer.SendAsync(connection, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", stop);
            await HangAsync(connection, stop);
        });

        await ExpectAsync(HttpRequestError.SecureConnectionError, Failure, Secure(server));
    }

    [Fact]
    public async Task A_server_that_does_not_speak_the_version()
    {
        await using var server = new RawServer(static (connection, _) => HandshakeAsync(connection));
        using var sockets = Sockets();
        sockets.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == "CN=nobody";

        await ExpectAsync(HttpRequestError.VersionNegotiationError, Failure, Http2(Secure(server)), sockets);
    }

    [Fact]
    public async Task A_connection_closed_before_the_answer()
    {
        await using var server = Answering(null);

        await ExpectAsync(HttpRequestError.ResponseEnded, Transient, server.Address);
    }

    [Fact]
    public async Task A_connection_closed_within_the_headers()
    {
        await using var server = Answering("HTTP/1.1 200 OK\r\nX-Half: ");

        await ExpectAsync(HttpRequestError.ResponseEnded, Transient, server.Address);
    }

    [Fact]
    public async Task A_connection_reset_before_the_answer()
    {
        await using var server = Answering(null, RawServer.Reset);

        await ExpectAsync(HttpRequestError.Unknown, Transient, server.Address);
    }

    [Fact]
    public async Task A_connection_reset_within_the_headers()
    {
        await using var server = Answering("HTTP/1.1 200 OK\r\nX-Half: ", RawServer.Reset);

        await ExpectAsync(HttpRequestError.Unknown, Transient, server.Address);
    }

    [Fact]
    public async Task An_answer_that_is_not_HTTP()
    {
        await using var server = Answering("hello there\r\n\r\n");

        await ExpectAsync(HttpRequestError.InvalidResponse, Failure, server.Address);
    }

    [Fact]
    public async Task Headers_longer_than_the_limit()
    {
        await using var server = Answering($"HTTP/1.1 200 OK\r\nX-Long: {new string('x', 100_000)}\r\n\r\n");

        await ExpectAsync(HttpRequestError.ConfigurationLimitExceeded, Failure, server.Address);
    }

    [Theory]
    [InlineData(Http2Frames.InternalError, false)]
    [InlineData(Http2Frames.RefusedStream, false)]
    [InlineData(Http2Frames.EnhanceYourCalm, true)]
    public async Task A_stream_that_is_reset(int code, bool throttled)
    {
        await using var server = new RawServer((connection, stop) => Http2Frames.ServeAsync(
            connection, (_, stream) => Http2Frames.ResetAsync(connection, stream, code, stop), stop));

        await ExpectAsync(HttpRequestError.HttpProtocolError, throttled ? Throttled : Transient, Http2(server.Address));
    }

    [Fact]
    public async Task A_connection_that_goes_away()
    {
        await using var server = new RawServer((connection, stop) => Http2Frames.ServeAsync(
            connection, (_, _) => Http2Frames.GoAwayAsync(connection, 0, Http2Frames.InternalError, stop), stop));

        await ExpectAsync(HttpRequestError.HttpProtocolError, Transient, Http2(server.Address));
    }

    /// <summary>
    /// Mostly the client sees the reset itself; where its own frame meets the end of the connection first, that the response ended.
    /// </summary>
    [Fact]
    public async Task An_HTTP_2_connection_that_is_reset()
    {
        await using var server = new RawServer((connection, stop) => Http2Frames.ServeAsync(
            connection,
            (_, _) =>
            {
                RawServer.Reset(connection);
                return Task.CompletedTask;
            },
            stop));

        using var sockets = Sockets();
        using var request = Http2(server.Address);

        var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(sockets, request));

        Assert.Contains(thrown.HttpRequestError, new[] { HttpRequestError.Unknown, HttpRequestError.ResponseEnded });
        Assert.Equal(Transient, OutcomeTable.Judge(thrown, requestUntouched: true));
    }

    /// <summary>
    /// What it looks like depends on what the client was doing just then, so there are several tries. One in ten ends in an exception
    /// without any cause.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_HTTP_2_connection_that_ends_before_the_settings(bool reset)
    {
        var errors = new HashSet<HttpRequestError>();
        for (var attempt = 0; attempt < 50 && !errors.Contains(HttpRequestError.InvalidResponse); attempt++)
        {
            await using var server = new RawServer(async (connection, stop) =>
            {
                await connection.ReceiveAsync(new byte[1000], stop);
                if (reset)
                {
                    RawServer.Reset(connection);
                }
            });
            using var sockets = Sockets();

            var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(sockets, Http2(server.Address)));

            errors.Add(thrown.HttpRequestError);
            Assert.Equal(Transient, OutcomeTable.Judge(thrown, requestUntouched: true));
        }

        Assert.Contains(HttpRequestError.InvalidResponse, errors);
    }

    [Fact]
    public async Task A_server_without_extended_connect()
    {
        await using var server = new RawServer(
            (connection, stop) => Http2Frames.ServeAsync(connection, (_, _) => Task.CompletedTask, stop));
        var request = Http2(server.Address, HttpMethod.Connect);
        request.Headers.Protocol = "websocket";

        await ExpectAsync(HttpRequestError.ExtendedConnectNotSupported, Failure, request);
    }

    [Theory]
    [InlineData(502, AttemptVerdict.Transient)]
    [InlineData(503, AttemptVerdict.Transient)]
    [InlineData(407, AttemptVerdict.Ignored)]
    [InlineData(403, AttemptVerdict.Ignored)]
    public async Task A_tunnel_that_the_proxy_does_not_open(int status, AttemptVerdict verdict)
    {
        await using var proxy = Answering($"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n");
        using var sockets = Through($"http://127.0.0.1:{proxy.Port}");

        await ExpectAsync(
            HttpRequestError.ProxyTunnelError,
            verdict == AttemptVerdict.Ignored ? Ignored : NothingSent,
            Get(new Uri("https://service.invalid/")),
            sockets);
    }

    [Fact]
    public async Task A_proxy_that_is_down()
    {
        using var dead = new DeadPort();
        using var sockets = Through($"{dead.Address}");

        await ExpectAsync(HttpRequestError.ConnectionError, NothingSent, Get(new Uri("https://service.invalid/")), sockets);
    }

    [Fact]
    public async Task A_SOCKS_proxy_that_cannot_reach_the_server()
    {
        await using var proxy = new RawServer(static async (connection, stop) =>
        {
            var any = new byte[1000];
            await connection.ReceiveAsync(any, stop);
            await connection.SendAsync(new byte[] { 5, 0 }, stop); // version 5, no authentication (RFC 1928)
            await connection.ReceiveAsync(any, stop);
            await connection.SendAsync(new byte[] { 5, 5, 0, 1, 0, 0, 0, 0, 0, 0 }, stop); // connection refused by the destination
            await HangAsync(connection, stop);
        });
        using var sockets = Through($"socks5://127.0.0.1:{proxy.Port}");

        await ExpectAsync(HttpRequestError.ProxyTunnelError, NothingSent, Get(new Uri("http://service.invalid/")), sockets);
    }

    private static async Task ExpectAsync(HttpRequestError error, Judgement judgement, Uri uri) =>
        await ExpectAsync(error, judgement, Get(uri));

    private static async Task ExpectAsync(
        HttpRequestError error, Judgement judgement, HttpRequestMessage request, SocketsHttpHandler? sockets = null)
    {
        using var handler = sockets ?? Sockets();
        using (request)
        {
            var thrown = await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(handler, request));

            Assert.Equal(error, thrown.HttpRequestError);
            Assert.Equal(judgement, OutcomeTable.Judge(thrown, requestUntouched: true));
        }
    }

    private static async Task SendAsync(SocketsHttpHandler sockets, HttpRequestMessage request)
    {
        using var invoker = new HttpMessageInvoker(sockets, disposeHandler: false);
        using var response = await invoker.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Reads the head of one request, sends some text and ends the connection.</summary>
    private static RawServer Answering(string? text, Action<Socket>? end = null) => new(async (connection, stop) =>
    {
        await RawServer.ReadHeadAsync(connection, stop);
        if (text is not null)
        {
            await RawServer.SendAsync(connection, text, stop);
        }

        end?.Invoke(connection);
    });

    private static async Task HangAsync(Socket connection, CancellationToken stop)
    {
        var any = new byte[4096];
        while (await connection.ReceiveAsync(any, stop) > 0)
        {
        }
    }

    /// <summary>TLS with a certificate of its own making, and no word on the version of HTTP.</summary>
    private static async Task HandshakeAsync(Socket connection)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=nobody", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var tls = new SslStream(new NetworkStream(connection));
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate });
        await tls.CopyToAsync(Stream.Null);
    }

    private static SocketsHttpHandler Sockets() => new() { UseProxy = false };

    private static SocketsHttpHandler Through(string proxy) => new() { UseProxy = true, Proxy = new WebProxy(proxy) };

    private static Uri Secure(RawServer server) => new($"https://127.0.0.1:{server.Port}/");

    private static HttpRequestMessage Get(Uri uri) => new(HttpMethod.Get, uri);

    private static HttpRequestMessage Http2(Uri uri, HttpMethod? method = null) =>
        new(method ?? HttpMethod.Get, uri) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private sealed class FailingStream(Exception fault) : MemoryStream(new byte[10])
    {
        public override bool CanSeek => false;

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => throw fault;
    }
}
