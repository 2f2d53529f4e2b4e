using Resilience.Http.Chaos.Faults;
using Resilience.Http.Chaos.Gates;

namespace Resilience.Http.Chaos.Injection;

/// <summary>What there is to do about the calls of one client: replaced whole on a reload, never changed in place.</summary>
/// <param name="Plan">The faults.</param>
/// <param name="Gates">The gates; of those that stand still all are open.</param>
/// <param name="DryRun">Whether faults are decided and not injected.</param>
/// <param name="MaxActiveFaults">How many calls of the process may be under a fault at once.</param>
/// <param name="Chance">Where chance comes from.</param>
internal sealed record ActiveChaos(
    FaultPlan Plan,
    ChaosGates Gates,
    bool DryRun,
    int MaxActiveFaults,
    Func<double> Chance)
{
    public FaultDecision Decide(HttpRequestMessage request, TimeProvider clock) =>
        Gates.At(clock.GetUtcNow()) == ChaosGate.None ? Plan.Decide(request, Chance) : default;
}
