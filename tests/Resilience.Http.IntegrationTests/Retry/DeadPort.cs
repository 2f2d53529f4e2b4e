using System.Net;
using System.Net.Sockets;

namespace Resilience.Http.IntegrationTests.Retry;

/// <summary>
/// A port on loopback that refuses connections until somebody listens. It is bound all the while: a port that is only free may be given to
/// any server, or any connection, of the tests that run at the same time.
/// </summary>
internal sealed class DeadPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public DeadPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}/");

    /// <summary>From now on it is a server's. The server has to accept.</summary>
    public Socket Listen()
    {
        _socket.Listen();
        return _socket;
    }

    public void Dispose() => _socket.Dispose();
}
