namespace Resilience.Http;

/// <summary>The steady state as it was found once.</summary>
public sealed class ChaosSteadyState
{
    internal ChaosSteadyState(IReadOnlyList<ChaosStepResult> probes) => Probes = probes;

    /// <summary>Whether every probe met its tolerance. One that threw did not.</summary>
    public bool Met => Probes.All(static probe => probe.ToleranceMet == true);

    /// <summary>The probes, in their order. All are made, also after one that was not met.</summary>
    public IReadOnlyList<ChaosStepResult> Probes { get; }
}
