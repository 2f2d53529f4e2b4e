using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Gate;

/// <summary>One figure that must not grow: the bytes of a call, less those of the same call through another client where one is named.</summary>
internal sealed record GateLine(string Name, Func<Contender, Func<Task>> Connect, Contender Contender, Contender? LessThoseOf, long Limit)
{
    public long Measure() => PerCall(Contender) - (LessThoseOf is null ? 0 : PerCall(LessThoseOf));

    private long PerCall(Contender contender) => AllocatedBytes.PerCall(Connect(contender));
}
