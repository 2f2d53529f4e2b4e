using BenchmarkDotNet.Attributes;
using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Micro;

/// <summary>What a call costs that an open circuit does not let through. A bare client has no circuit: the peer is the first.</summary>
public class RefusalBenchmarks : ClientBenchmarks
{
    private static readonly Contender[] Contenders = [Clients.Polly, Clients.Mehr, Clients.Ours, Clients.OursResponding];

    public static IEnumerable<string> Names => Contenders.Select(contender => contender.Name);

    [ParamsSource(nameof(Names))]
    public string Client { get; set; } = "";

    [GlobalSetup]
    public void Connect() => Connect(Case.Refused, Contenders.Single(contender => contender.Name == Client));

    [Benchmark(Description = "refused", OperationsPerInvoke = CallsPerInvocation)]
    public Task Refused() => CallAsync();
}
