namespace Resilience.Http;

/// <summary>The result of one check of the steady state.</summary>
public sealed class ChaosSteadyState
{
    internal ChaosSteadyState(IReadOnlyList<ChaosStepResult> probes) => Probes = probes;

    /// <summary>Whether every probe met its tolerance. A probe that threw did not meet it.</summary>
    public bool Met => Probes.All(static probe => probe.ToleranceMet == true);

    /// <summary>The probes, in their order. All of them run, even after one that was not met.</summary>
    public IReadOnlyList<ChaosStepResult> Probes { get; }
}
