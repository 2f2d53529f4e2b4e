using BenchmarkDotNet.Attributes;
using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Micro;

/// <summary>What it costs to have telemetry, with nobody there, and to be listened to by somebody who keeps nothing.</summary>
public class TelemetryBenchmarks : ClientBenchmarks
{
    private Action _stopListening = static () => { };

    public static IEnumerable<string> Names => Audiences.WithoutBudget.Select(contender => contender.Name).Prepend(Clients.Bare.Name);

    [ParamsSource(nameof(Names))]
    public string Client { get; set; } = "";

    [GlobalSetup(Target = nameof(Synchronous))]
    public void ConnectSynchronous() => ListenAndConnect(Case.Synchronous, Audiences.All);

    [GlobalSetup(Target = nameof(Asynchronous))]
    public void ConnectAsynchronous() => ListenAndConnect(Case.Asynchronous, Audiences.All);

    [GlobalSetup(Target = nameof(RetriedOnce))]
    public void ConnectRetriedOnce() => ListenAndConnect(Case.RetriedOnce, Audiences.WithoutBudget);

    [GlobalCleanup]
    public void StopListening() => _stopListening();

    [Benchmark(Description = "200, synchronous", OperationsPerInvoke = CallsPerInvocation)]
    public Task Synchronous() => CallAsync();

    [Benchmark(Description = "200, asynchronous", OperationsPerInvoke = CallsPerInvocation)]
    public Task Asynchronous() => CallAsync();

    [Benchmark(Description = "503 then 200", OperationsPerInvoke = CallsPerInvocation)]
    public Task RetriedOnce() => CallAsync();

    private void ListenAndConnect(Case situation, Contender[] contenders)
    {
        var contender = contenders.Prepend(Clients.Bare).Single(contender => contender.Name == Client);
        _stopListening = new ListenerScope(contender.Audience).Dispose;
        Connect(situation, contender);
    }
}
