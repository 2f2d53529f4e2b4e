using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Resilience.Http.IntegrationTests.Fleet;

/// <summary>The network between the replicas and a server: it can delay answers, or lose all bytes without closing a connection.</summary>
internal sealed class StoreProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _port;
    private readonly ConcurrentQueue<TcpClient> _connections = new();
    private volatile bool _losesAll;
    private int _delay;

    public StoreProxy(int port)
    {
        _port = port;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"{_listener.LocalEndpoint}";

    /// <summary>How late answers arrive.</summary>
    public TimeSpan Delay
    {
        set => Volatile.Write(ref _delay, (int)value.TotalMilliseconds);
    }

    /// <summary>Both sides go on believing in their connections, but nothing arrives any more: half-open TCP.</summary>
    public void LoseAll() => _losesAll = true;

    /// <summary>Resets what was half-open; new connections work.</summary>
    public void Recover()
    {
        _losesAll = false;
        CloseAll();
    }

    public void Dispose()
    {
        _listener.Stop();
        CloseAll();
    }

    private void CloseAll()
    {
        while (_connections.TryDequeue(out var connection))
        {
            connection.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                var server = new TcpClient();
                _connections.Enqueue(client);
                _connections.Enqueue(server);
                await server.ConnectAsync(IPAddress.Loopback, _port);
                _ = PumpAsync(client, server, isAnswer: false);
                _ = PumpAsync(server, client, isAnswer: true);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool isAnswer)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is var count and > 0)
            {
                if (isAnswer && Volatile.Read(ref _delay) is var delay and > 0)
                {
                    await Task.Delay(delay);
                }

                if (!_losesAll)
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One side has closed the connection.
        }

        to.Close();
    }
}
