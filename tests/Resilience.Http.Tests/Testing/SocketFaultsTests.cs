using System.Net;
using System.Net.Sockets;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Testing;

/// <summary>What the scripted server throws, compared with what sockets of this machine throw.</summary>
public sealed class SocketFaultsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_scripted_reset_throws_what_a_cut_connection_throws(bool async)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var cut = CutFirstConnectionAsync(listener);
        var uri = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

        var real = await ThrownAsync(new SocketsHttpHandler(), uri, async);
        var scripted = await ThrownAsync(new ScriptedServer(s => s.Reset()), uri, async);

        await cut;
        Assert.Equal(Describe(real), Describe(scripted));
        Assert.Contains(nameof(SocketError.ConnectionReset), Describe(scripted), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_scripted_refusal_throws_what_a_closed_port_throws(bool async)
    {
        // Bound but not listening: nobody else can get the port meanwhile, and connecting to it is refused.
        using var closed = new Socket(SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var uri = new Uri($"http://127.0.0.1:{((IPEndPoint)closed.LocalEndPoint!).Port}/");

        var real = await ThrownAsync(new SocketsHttpHandler(), uri, async);
        var scripted = await ThrownAsync(new ScriptedServer(s => s.Refuse()), uri, async);

        Assert.Equal(Describe(real), Describe(scripted));
        Assert.Contains(nameof(HttpRequestError.ConnectionError), Describe(scripted), StringComparison.Ordinal);
    }

    private static async Task CutFirstConnectionAsync(TcpListener listener)
    {
        using var connection = await listener.AcceptSocketAsync();
        await connection.ReceiveAsync(new byte[4096]);

        // Zero linger: closing sends RST in place of FIN.
        connection.LingerState = new LingerOption(enable: true, seconds: 0);
    }

    private static async Task<Exception> ThrownAsync(HttpMessageHandler handler, Uri uri, bool async)
    {
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        return await Assert.ThrowsAsync<HttpRequestException>(async () =>
        {
            using var response = async ? await client.SendAsync(request) : client.Send(request);
        });
    }

    private static string Describe(Exception? exception) => exception switch
    {
        null => "",
        HttpRequestException http =>
            $"{http.GetType().Name} {http.HttpRequestError} {http.StatusCode} '{http.Message}'\n{Describe(http.InnerException)}",
        SocketException socket => $"{socket.GetType().Name} {socket.SocketErrorCode} {socket.NativeErrorCode} " +
            $"'{socket.Message}'\n{Describe(socket.InnerException)}",
        _ => $"{exception.GetType().Name} '{exception.Message}'\n{Describe(exception.InnerException)}",
    };
}
