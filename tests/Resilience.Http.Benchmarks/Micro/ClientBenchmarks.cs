using BenchmarkDotNet.Attributes;
using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Micro;

/// <summary>
/// The base of all benchmarks here: a client by its name, connected to the server of a case. Calls are made many at a time, since what
/// BenchmarkDotNet does to wait for one asynchronous call would drown it.
/// </summary>
[Config(typeof(MicroConfig))]
public abstract class ClientBenchmarks
{
    protected const int CallsPerInvocation = 128;

    private Func<Task> _callAsync = null!;

    internal void Connect(Case situation, Contender contender) => _callAsync = situation.Connect(contender);

    protected async Task CallAsync()
    {
        for (var i = 0; i < CallsPerInvocation; i++)
        {
            await _callAsync();
        }
    }
}
