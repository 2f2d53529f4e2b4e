using System.Net;
using System.Net.Sockets;
using Garnet;

namespace Resilience.Http.IntegrationTests.Fleet;

/// <summary>A server of the Redis protocol inside the test process. Scripts are atomic only with the option that says so.</summary>
public sealed class GarnetFixture : IDisposable
{
    private readonly GarnetServer _server;

    public GarnetFixture()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        Address = $"127.0.0.1:{port}";
        _server = new(["--bind", "127.0.0.1", "--port", $"{port}", "-q", "--lua-transaction-mode", "true", "--lua", "true"]);
        _server.Start();
    }

    public string Address { get; }

    public void Dispose() => _server.Dispose();
}
