using BenchmarkDotNet.Attributes;
using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Micro;

/// <summary>What each layer of the chain adds when the others are switched off.</summary>
public class LayerBenchmarks : ClientBenchmarks
{
    private static readonly Contender[] Contenders = [
        Clients.Bare, Layers.SwitchedOff, Layers.AllOff, .. Layers.Alone, Clients.OursWithTimeout
    ];

    public static IEnumerable<string> Names => Contenders.Select(contender => contender.Name);

    [ParamsSource(nameof(Names))]
    public string Client { get; set; } = "";

    [GlobalSetup(Target = nameof(Synchronous))]
    public void ConnectSynchronous() => Connect(Case.Synchronous);

    [GlobalSetup(Target = nameof(Asynchronous))]
    public void ConnectAsynchronous() => Connect(Case.Asynchronous);

    [Benchmark(Description = "200, synchronous", OperationsPerInvoke = CallsPerInvocation)]
    public Task Synchronous() => CallAsync();

    [Benchmark(Description = "200, asynchronous", OperationsPerInvoke = CallsPerInvocation)]
    public Task Asynchronous() => CallAsync();

    private void Connect(Case situation) => Connect(situation, Contenders.Single(contender => contender.Name == Client));
}
