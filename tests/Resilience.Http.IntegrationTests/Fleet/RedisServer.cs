using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Resilience.Http.IntegrationTests.Fleet;

/// <summary>A redis-server of its own on a free port, without files. Tests are skipped if it is not installed.</summary>
internal sealed class RedisServer : IDisposable
{
    /// <summary>A replica keeps the data of its master in a file, which the next server of that folder would load.</summary>
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("redis-");

    private readonly string[] _arguments;
    private Process _process;

    private RedisServer(int port, string[] arguments)
    {
        (Port, _arguments) = (port, arguments);
        _process = Launch();
    }

    public static bool IsInstalled { get; } = Environment.GetEnvironmentVariable("PATH")!
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "redis-server")));

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    public static async Task<RedisServer> StartAsync(params string[] arguments)
    {
        Assert.SkipUnless(IsInstalled, "redis-server is not installed: the tests against it were not run.");
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var server = new RedisServer(port, arguments);
        await server.WaitAsync();
        return server;
    }

    /// <summary>As <c>kill -9</c> does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Starts it again, empty, on the same port.</summary>
    public async Task RestartAsync()
    {
        _process = Launch();
        await WaitAsync();
    }

    /// <summary>Stops it in the middle of whatever it does. Its sockets stay.</summary>
    public void Freeze() => Signal("-STOP");

    public void Thaw() => Signal("-CONT");

    public void Dispose()
    {
        try
        {
            Kill();
        }
        catch (InvalidOperationException)
        {
            // It was killed before.
        }

        _folder.Delete(recursive: true);
    }

    private Process Launch() => Process.Start(new ProcessStartInfo(
        "redis-server",
        ["--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _folder.FullName, .. _arguments])
    {
        RedirectStandardOutput = true,
    })!;

    /// <summary>
    /// Its first lines end with the one that says that it is ready; the rest is read so that it never waits for a reader.
    /// </summary>
    private async Task WaitAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line && !line.Contains("eady to accept connections"))
        {
        }

        _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_process.Id}"]);
        kill.WaitForExit();
    }
}
