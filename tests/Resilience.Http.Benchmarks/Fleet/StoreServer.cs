using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Garnet;
using Resilience.Http.Benchmarks.Outcomes.Processes;
using StackExchange.Redis;

namespace Resilience.Http.Benchmarks.Fleet;

/// <summary>
/// The store in a process of its own: redis-server if it is installed, otherwise Garnet (<c>-- fleet-store PORT</c>), which ends with its
/// standard input.
/// </summary>
internal sealed class StoreServer : IAsyncDisposable
{
    public const string Command = "fleet-store";

    private static readonly bool HasRedis = Environment.GetEnvironmentVariable("PATH")!
        .Split(Path.PathSeparator)
        .Any(static folder => File.Exists(Path.Combine(folder, "redis-server")));

    private readonly int _port;
    private Process? _redis;
    private ChildProcess? _garnet;

    private StoreServer(int port) => _port = port;

    public string Address => $"127.0.0.1:{_port}";

    public static string Name => HasRedis ? "redis-server" : "Garnet";

    public static async Task<StoreServer> StartAsync()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var server = new StoreServer(((IPEndPoint)probe.LocalEndpoint).Port);
        probe.Stop();
        await server.LaunchAsync();
        return server;
    }

    public static async Task<int> RunGarnetAsync(string port)
    {
        using var server = new GarnetServer(
            ["--bind", "127.0.0.1", "--port", port, "-q", "--lua-transaction-mode", "true", "--lua", "true"]);
        server.Start();
        await Console.In.ReadToEndAsync();
        return 0;
    }

    /// <summary>Starts it, empty, and waits until it answers.</summary>
    public async Task LaunchAsync()
    {
        if (HasRedis)
        {
            _redis = Process.Start(new ProcessStartInfo(
                "redis-server",
                ["--port", $"{_port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--logfile", "/dev/null"]))!;
        }
        else
        {
            _garnet = ChildProcess.Start(Command, $"{_port}");
        }

        await using var connection = await ConnectionMultiplexer.ConnectAsync(
            $"{Address},abortConnect=false,connectRetry=20,connectTimeout=500");
        await connection.GetDatabase().PingAsync();
    }

    /// <summary>As <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        if (_redis is not null)
        {
            _redis.Kill();
            await _redis.WaitForExitAsync();
            _redis.Dispose();
            _redis = null;
        }
        else if (_garnet is not null)
        {
            await _garnet.DisposeAsync();
            _garnet = null;
        }
    }

    public async ValueTask DisposeAsync() => await KillAsync();
}
