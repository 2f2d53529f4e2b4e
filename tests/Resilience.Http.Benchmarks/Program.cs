using System.Globalization;
using BenchmarkDotNet.Running;
using Resilience.Http.Benchmarks.Gate;
using Resilience.Http.Benchmarks.Loop;
using Resilience.Http.Benchmarks.Loopback;
using Resilience.Http.Benchmarks.Parts;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

const string Usage =
    """
    Instruments, each with its own tables (run with -c Release, on a machine that does little else):
      loop  [--quick]           clients side by side in closed loops, in memory and over real sockets
      parts [--quick]           the breaker and the timeout alone, beside the usual way to build each
      gate                      bytes per call against their limits; exit code 1 when one is broken
    Everything else goes to BenchmarkDotNet: --list flat, --filter '*', ...
    """;

switch (args)
{
    case ["loop", .. var options]:
        return LoopCommand.Run(quick: options.Contains("--quick"));
    case ["parts", .. var options]:
        return PartsCommand.Run(quick: options.Contains("--quick"));
    case ["gate"]:
        return GateCommand.Run();
    case [KestrelServer.Command]:
        return await KestrelServer.RunAsync();
    case []:
        Console.WriteLine(Usage);
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
