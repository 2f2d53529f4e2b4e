namespace Resilience.Http.Chaos.Gates;

/// <summary>What keeps faults from being injected; <see cref="None"/> when nothing does.</summary>
internal enum ChaosGate
{
    None,
    Disabled,
    Environment,
    Production,
    UntilMissing,
    UntilPassed,
    Schedule,
}
