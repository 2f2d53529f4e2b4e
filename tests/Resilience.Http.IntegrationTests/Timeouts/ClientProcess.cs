using System.Diagnostics;

namespace Resilience.Http.IntegrationTests.Timeouts;

/// <summary>
/// A client in a process of its own, whose thread pool may be starved and which may be suspended without harm to other tests.
/// </summary>
internal sealed class ClientProcess : IDisposable
{
    /// <summary>Far more than any of them takes, even on a busy machine.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<string> _lines = [];

    public ClientProcess(params string[] arguments)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(
            folder.Parent!.Parent!.FullName, "Resilience.Http.ClientProcess", folder.Name, "Resilience.Http.ClientProcess.dll");
        _process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true })!;
        _end.CancelAfter(Longest);
    }

    /// <summary>Reads on until a line begins with a text, and returns that line.</summary>
    public async Task<string> LineAsync(string beginning)
    {
        while (await _process.StandardOutput.ReadLineAsync(_end.Token) is { } line)
        {
            _lines.Add(line);
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line;
            }
        }

        Assert.Fail($"The process ended without '{beginning}': {string.Join(Environment.NewLine, _lines)}");
        return null;
    }

    /// <summary>The lines read so far that begin with a text.</summary>
    public IEnumerable<string> Lines(string beginning) => _lines.Where(line => line.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>Suspends the process, as a paused container or virtual machine is.</summary>
    public async Task SuspendAsync(TimeSpan time)
    {
        await SignalAsync("STOP");
        await Task.Delay(time, _end.Token);
        await SignalAsync("CONT");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _end.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(_end.Token);
    }
}
