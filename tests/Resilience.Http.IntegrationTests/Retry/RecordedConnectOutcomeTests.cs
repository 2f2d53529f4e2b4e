using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Resilience.Http.Outcomes;
using static Resilience.Http.IntegrationTests.Retry.RecordedOutcomes;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>
/// What HttpClient really throws for each way in which a connection can fail, and the verdict on it. Not among them, for want of a server
/// on loopback that provokes it: UserAuthenticationError.
/// </summary>
public sealed class RecordedConnectOutcomeTests
{
    [Fact]
    public async Task A_refused_connection_sent_nothing()
    {
        using var dead = new DeadPort();

        await ExpectAsync(HttpRequestError.ConnectionError, NothingSent, dead.Address);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_sent_nothing() =>
        await ExpectAsync(HttpRequestError.NameResolutionError, NothingSent, new Uri("http://no-such-host.invalid/"));

    [Fact]
    public async Task A_connect_timeout_sent_nothing_and_is_marked_as_timed_out()
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
    public async Task The_timeout_of_another_client_that_an_inner_handler_uses_is_transient()
    {
        await using var server = new RawServer(HangAsync);
        using var tokens = new HttpClient(Sockets()) { Timeout = TimeSpan.FromMilliseconds(20) };

        var thrown = await Assert.ThrowsAsync<TaskCanceledException>(() => tokens.GetAsync(server.Address));

        Assert.IsType<TimeoutException>(thrown.InnerException);
        Assert.Equal(new Judgement(AttemptVerdict.Transient, JudgementTraits.TimedOut), OutcomeTable.Judge(thrown, requestUntouched: true));
    }

    [Fact]
    public async Task A_connection_closed_during_the_TLS_handshake_sent_nothing()
    {
        await using var server = new RawServer(static async (connection, stop) => await connection.ReceiveAsync(new byte[1000], stop));

        await ExpectAsync(HttpRequestError.SecureConnectionError, NothingSent, Secure(server));
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_a_failure()
    {
        await using var server = new RawServer(static (connection, _) => HandshakeAsync(connection));

        await ExpectAsync(HttpRequestError.SecureConnectionError, Failure, Secure(server));
    }

    [Fact]
    public async Task A_server_that_does_not_speak_TLS_is_a_failure()
    {
        await using var server = new RawServer(static async (connection, stop) =>
        {
            await RawServer.SendAsync(connection, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", stop);
            await HangAsync(connection, stop);
        });

        await ExpectAsync(HttpRequestError.SecureConnectionError, Failure, Secure(server));
    }

    [Fact]
    public async Task A_server_that_does_not_speak_the_version_is_a_failure()
    {
        await using var server = new RawServer(static (connection, _) => HandshakeAsync(connection));
        using var sockets = Sockets();
        sockets.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == "CN=nobody";

        await ExpectAsync(HttpRequestError.VersionNegotiationError, Failure, Http2(Secure(server)), sockets);
    }

    [Theory]
    [InlineData(502, AttemptVerdict.Transient)]
    [InlineData(503, AttemptVerdict.Transient)]
    [InlineData(407, AttemptVerdict.Ignored)]
    [InlineData(403, AttemptVerdict.Ignored)]
    public async Task A_tunnel_that_the_proxy_does_not_open_is_classified_by_its_status(int status, AttemptVerdict verdict)
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
    public async Task A_proxy_that_is_down_sent_nothing()
    {
        using var dead = new DeadPort();
        using var sockets = Through($"{dead.Address}");

        await ExpectAsync(HttpRequestError.ConnectionError, NothingSent, Get(new Uri("https://service.invalid/")), sockets);
    }

    [Fact]
    public async Task A_failure_of_a_SOCKS_proxy_to_reach_the_server_sent_nothing()
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

    private static SocketsHttpHandler Through(string proxy) => new() { UseProxy = true, Proxy = new WebProxy(proxy) };

    private static Uri Secure(RawServer server) => new($"https://127.0.0.1:{server.Port}/");
}
