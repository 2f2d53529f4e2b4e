using Resilience.Http.Chaos.Faults;
using Resilience.Http.Chaos.Gates;

namespace Resilience.Http.Chaos.Injection;

/// <summary>The faults of one client: replaced as a whole on a reload, never changed in place.</summary>
/// <param name="Plan">The faults.</param>
/// <param name="Gates">The gates. Those that do not depend on time are open.</param>
/// <param name="DryRun">Whether faults are only counted.</param>
/// <param name="MaxActiveFaults">How many calls of the process may have an active fault at the same time.</param>
/// <param name="Chance">The source of random numbers.</param>
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
