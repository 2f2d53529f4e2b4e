using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>A server on loopback that does with each connection what the test says, down to the bytes.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Task> _connections = new();
    private readonly Func<Socket, CancellationToken, Task> _serve;
    private readonly Task _accepting;
    private int _accepted;

    public RawServer(Func<Socket, CancellationToken, Task> serve, IPAddress? address = null)
    {
        _serve = serve;
        _listener = new(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Reads until the blank line that ends the head of an HTTP/1.1 request.</summary>
    public static async Task<string> ReadHeadAsync(Socket connection, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (await connection.ReceiveAsync(one, cancellationToken) > 0)
        {
            head.Append((char)one[0]);
            if (head.Length >= 4 && head.ToString(head.Length - 4, 4) == "\r\n\r\n")
            {
                break;
            }
        }

        return head.ToString();
    }

    public static Task SendAsync(Socket connection, string text, CancellationToken cancellationToken) =>
        connection.SendAsync(Encoding.ASCII.GetBytes(text), cancellationToken).AsTask();

    /// <summary>Ends the connection with RST in place of FIN.</summary>
    public static void Reset(Socket connection)
    {
        connection.LingerState = new LingerOption(enable: true, 0);
        connection.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var connection in _connections)
        {
            await connection.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var connection = await _listener.AcceptSocketAsync(_stop.Token);
            connection.NoDelay = true;
            Interlocked.Increment(ref _accepted);
            _connections.Enqueue(ServeAsync(connection));
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        using (connection)
        {
            await _serve(connection, _stop.Token);
        }
    }
}
