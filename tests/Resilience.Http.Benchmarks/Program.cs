using System.Globalization;
using BenchmarkDotNet.Running;
using Resilience.Http.Benchmarks.Gate;
using Resilience.Http.Benchmarks.Growth;
using Resilience.Http.Benchmarks.Loop;
using Resilience.Http.Benchmarks.Loopback;
using Resilience.Http.Benchmarks.Parts;
using Resilience.Http.Benchmarks.Soak;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

const string Usage =
    """
    Instruments, each with its own tables (run with -c Release, on a machine that does little else):
      loop  [--quick]           clients side by side in closed loops, in memory and over real sockets
            [--only refused]    just the tables whose title has that text
      parts [--quick]           the breaker and the timeout alone, beside the usual way to build each
      gate                      bytes per call against their limits; exit code 1 when one is broken
      growth [--quick]          many clients and authorities: cost per call, memory, start
      soak  [--minutes 10]      64 callers and a faulty server: throughput, memory and handles at the start and the end
    Everything else goes to BenchmarkDotNet: --list flat, --filter '*', ...
    """;

switch (args)
{
    case ["loop", .. var options]:
        return LoopCommand.Run(
            quick: options.Contains("--quick"), only: options.SkipWhile(option => option != "--only").ElementAtOrDefault(1) ?? "");
    case ["parts", .. var options]:
        return PartsCommand.Run(quick: options.Contains("--quick"));
    case ["gate"]:
        return GateCommand.Run();
    case ["growth", .. var options]:
        return await GrowthCommand.RunAsync(quick: options.Contains("--quick"));
    case ["soak"]:
        return await SoakCommand.RunAsync(minutes: 10);
    case ["soak", "--minutes", var minutes]:
        return await SoakCommand.RunAsync(double.Parse(minutes, CultureInfo.InvariantCulture));
    case [KestrelServer.Command]:
        return await KestrelServer.RunAsync();
    case []:
        Console.WriteLine(Usage);
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
