using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Gate;

/// <summary>
/// One figure that must not grow: the bytes of a call, less those of the same call through another client where one is named.
/// </summary>
/// <param name="Name">What is called.</param>
/// <param name="Connect">Makes the call of a contender.</param>
/// <param name="Contender">Whose bytes they are.</param>
/// <param name="LessThoseOf">Whose bytes are taken off.</param>
/// <param name="Limit">What breaks the gate when it is passed. Where the goal is not met yet it is what was measured last, so that it can
/// only fall.</param>
/// <param name="Goal">What the design allows, where it says something.</param>
internal sealed record GateLine(
    string Name, Func<Contender, Func<Task>> Connect, Contender Contender, Contender? LessThoseOf, long Limit, long? Goal = null)
{
    public long Measure() => PerCall(Contender) - (LessThoseOf is null ? 0 : PerCall(LessThoseOf));

    private long PerCall(Contender contender)
    {
        using var listening = new ListenerScope(contender.Audience);
        return AllocatedBytes.PerCall(Connect(contender));
    }
}
