using System.Globalization;
using BenchmarkDotNet.Running;
using Resilience.Http.Benchmarks.Endpoints;
using Resilience.Http.Benchmarks.Fleet;
using Resilience.Http.Benchmarks.Fleet.Quota;
using Resilience.Http.Benchmarks.Gate;
using Resilience.Http.Benchmarks.Goals;
using Resilience.Http.Benchmarks.Growth;
using Resilience.Http.Benchmarks.Hedging;
using Resilience.Http.Benchmarks.Loop;
using Resilience.Http.Benchmarks.Loopback;
using Resilience.Http.Benchmarks.Outcomes;
using Resilience.Http.Benchmarks.Outcomes.Clients;
using Resilience.Http.Benchmarks.Outcomes.Servers;
using Resilience.Http.Benchmarks.Parts;
using Resilience.Http.Benchmarks.Soak;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

const string Usage =
    """
    Instruments, each with its own tables (run with -c Release, on a machine that does little else):
      loop  [--quick]           clients side by side in closed loops, in memory and over real sockets
            [--only refused]    just the tables whose title has that text
            [--json FILE]       writes the result into a file as well
            [--compare A B]     two such files side by side
      parts [--quick]           the breaker and the timeout alone, beside the usual way to build each
            [--only choose]     just the tables whose title has that text
      goals [--quick]           the figures that the library has set itself, beside their goals; 5 minutes
            [--only idle]       just the rows whose title has that text
      gate                      bytes per call against their limits; exit code 1 when one is broken
      growth [--quick]          many clients and authorities: cost per call, memory, start
            [--only memory]     just the tables whose title has that text
      soak  [--minutes 10]      64 callers and a faulty server: throughput, memory and handles at the start and the end
      outcomes                  share of calls answered when services fail, with processes of their own for each client; two hours
            [--list] [--smoke]  names of the scenarios; 30 s of one dead backend of three, exit code 1 if the goal is missed
            [--only NAME]       just the scenarios whose name has that text
            [--resume FILE]     keeps results as JSON lines, and leaves out what is there already
            [--seconds 120]     shortens all that happens in a run
            [--passes 1]        how often each scenario is run
            [--table FILE]      the tables of such a file; into a page if one is named
      hedging                   the tail of a service, and the extra load while it is slow, with processes of their own; 90 s
            [--seconds 60]      how long the service is well before it is slow for 20 s
            [--page FILE]       writes the table into a page
      endpoints                 three instances, some killed and brought back, then one slow, with processes of their own; 95 s
      fleet                     outages with and without a fleet, and a store that is killed; 100 replicas each way in 4 processes; 2 min
            [--replicas 100]    how many replicas
            [--store-gone 30]   for how many seconds the store is gone
            [--page FILE]       writes the tables into a page
            [--quota]           20 replicas that share a quota instead, in 4 processes; 1 min
    Everything else goes to BenchmarkDotNet: --list flat, --filter '*', ...
    """;

switch (args)
{
    case ["loop", "--compare", var before, var after]:
        Console.WriteLine(LoopResult.Compare(LoopResult.Read(before), LoopResult.Read(after)));
        return 0;
    case ["loop", .. var options]:
        return LoopCommand.Run(
            quick: options.Contains("--quick"), only: ValueOf("--only", options) ?? "", json: ValueOf("--json", options));
    case ["parts", .. var options]:
        return PartsCommand.Run(quick: options.Contains("--quick"), only: ValueOf("--only", options) ?? "");
    case ["gate"]:
        return GateCommand.Run();
    case ["growth", .. var options]:
        return await GrowthCommand.RunAsync(quick: options.Contains("--quick"), only: ValueOf("--only", options) ?? "");
    case ["goals", .. var options]:
        return await GoalsCommand.RunAsync(quick: options.Contains("--quick"), only: ValueOf("--only", options) ?? "");
    case ["soak"]:
        return await SoakCommand.RunAsync(minutes: 10);
    case ["soak", "--minutes", var minutes]:
        return await SoakCommand.RunAsync(double.Parse(minutes, CultureInfo.InvariantCulture));
    case ["outcomes", .. var options]:
        return await OutcomesCommand.RunAsync(options);
    case ["hedging", .. var options]:
        return await HedgingCommand.RunAsync(
            int.Parse(ValueOf("--seconds", options) ?? "60", CultureInfo.InvariantCulture), ValueOf("--page", options));
    case ["endpoints", .. var options]:
        return await EndpointsCommand.RunAsync(ValueOf("--page", options));
    case [EndpointsClient.Command, var contender, .. var addresses]:
        return await EndpointsClient.RunAsync(contender, Array.ConvertAll(addresses, static address => new Uri(address)));
    case ["fleet", .. var options] when options.Contains("--quota"):
        return await QuotaCommand.RunAsync(seconds: 20);
    case [QuotaProcess.Command, .. var parameters]:
        return await QuotaProcess.RunAsync(parameters);
    case ["fleet", .. var options]:
        return await FleetCommand.RunAsync(
            int.Parse(ValueOf("--replicas", options) ?? "100", CultureInfo.InvariantCulture),
            int.Parse(ValueOf("--store-gone", options) ?? "30", CultureInfo.InvariantCulture),
            ValueOf("--page", options));
    case [StoreServer.Command, var port]:
        return await StoreServer.RunGarnetAsync(port);
    case [ReplicaProcess.Command, .. var arguments]:
        return await ReplicaProcess.RunAsync(arguments);
    case [TailServer.Command]:
        return await TailServer.RunAsync();
    case [HedgingClient.Command, var contender, var address, var seconds]:
        return await HedgingClient.RunAsync(contender, new Uri(address), int.Parse(seconds, CultureInfo.InvariantCulture));
    case [BackendServer.Command, var port, var workers, var milliseconds, var queue]:
        return await BackendServer.RunAsync(int.Parse(port), int.Parse(workers), double.Parse(milliseconds), int.Parse(queue));
    case [BalancerServer.Command, var choice, .. var addresses]:
        return await BalancerServer.RunAsync(choice, addresses);
    case [ClientProgram.Command, var load]:
        return ClientProgram.Run(LoadOptions.Parse(load));
    case [KestrelServer.Command]:
        return await KestrelServer.RunAsync();
    case []:
        Console.WriteLine(Usage);
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}

static string? ValueOf(string option, string[] options) => options.SkipWhile(each => each != option).ElementAtOrDefault(1);
