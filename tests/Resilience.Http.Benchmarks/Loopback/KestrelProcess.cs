using System.Diagnostics;

namespace Resilience.Http.Benchmarks.Loopback;

/// <summary>
/// <see cref="KestrelServer"/> in a process of its own, so that the server's time and bytes are not counted as the client's.
/// It ends with its standard input, hence also when this process dies.
/// </summary>
internal sealed class KestrelProcess : IDisposable
{
    private readonly Process _process;

    private KestrelProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static KestrelProcess Start()
    {
        var process = Process.Start(new ProcessStartInfo(PathOfThisProgram(), [KestrelServer.Command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

        var address = process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"The loopback server ended with code {process.ExitCode} before it told its address.");
        return new KestrelProcess(process, new Uri(address));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Not the path of the running process, which is dotnet itself when the program was started by its dll.</summary>
    private static string PathOfThisProgram() =>
        Path.Combine(
            AppContext.BaseDirectory, typeof(KestrelProcess).Assembly.GetName().Name + (OperatingSystem.IsWindows() ? ".exe" : ""));
}
