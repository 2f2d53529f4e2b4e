namespace Resilience.Http;

/// <summary>The phase of an experiment.</summary>
public enum ChaosPhase
{
    /// <summary>The checks of the steady state before anything is injected.</summary>
    Before,

    /// <summary>The method.</summary>
    Method,

    /// <summary>The checks of the steady state while the faults are active.</summary>
    After,

    /// <summary>The rollbacks.</summary>
    Rollback,
}
