using BenchmarkDotNet.Attributes;
using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Micro;

/// <summary>Whole clients against each other, one call at a time.</summary>
public class CallBenchmarks : ClientBenchmarks
{
    private static readonly Contender[] Contenders =
    [
        Clients.Bare,
        Clients.BareWithoutTimeout,
        Clients.OnePassThrough,
        Clients.FivePassThroughs,
        Clients.Polly,
        Clients.PollyWithTimeout,
        Clients.Mehr,
        Clients.Ours,
        Clients.OursWithTimeout,
        Clients.OursWithoutBudget,
        Clients.BareRegistered,
        Clients.MehrRegistered,
        Clients.OursRegistered,
    ];

    public static IEnumerable<string> Names => Contenders.Select(contender => contender.Name);

    [ParamsSource(nameof(Names))]
    public string Client { get; set; } = "";

    [GlobalSetup(Target = nameof(Synchronous))]
    public void ConnectSynchronous() => Connect(Case.Synchronous);

    [GlobalSetup(Target = nameof(Asynchronous))]
    public void ConnectAsynchronous() => Connect(Case.Asynchronous);

    [GlobalSetup(Target = nameof(RetriedOnce))]
    public void ConnectRetriedOnce() => Connect(Case.RetriedOnce);

    [GlobalSetup(Target = nameof(PostedJson))]
    public void ConnectPostedJson() => Connect(Case.PostedJson);

    [Benchmark(Description = "200, synchronous", OperationsPerInvoke = CallsPerInvocation)]
    public Task Synchronous() => CallAsync();

    [Benchmark(Description = "200, asynchronous", OperationsPerInvoke = CallsPerInvocation)]
    public Task Asynchronous() => CallAsync();

    [Benchmark(Description = "503 then 200", OperationsPerInvoke = CallsPerInvocation)]
    public Task RetriedOnce() => CallAsync();

    [Benchmark(Description = "POST with JSON", OperationsPerInvoke = CallsPerInvocation)]
    public Task PostedJson() => CallAsync();

    private void Connect(Case situation) => Connect(situation, Contenders.Single(contender => contender.Name == Client));
}
