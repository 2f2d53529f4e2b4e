namespace Resilience.Http;

/// <summary>The outcome of an experiment. Each number is the exit code for the process.</summary>
public enum ChaosOutcome
{
    /// <summary>The hypothesis held: the steady state was met before and after, and the system was restored.</summary>
    Held = 0,

    /// <summary>The steady state, or a tolerance in the method, was not met: a weakness was found.</summary>
    Deviated = 1,

    /// <summary>The steady state was not met before the method: nothing was injected.</summary>
    NotSteady = 2,

    /// <summary>
    /// An action failed, or a gate closed (<c>Until</c> passed, <c>Enabled</c> was set to false). The experiment ended there, the rollbacks
    /// ran, and the hypothesis was not tested.
    /// </summary>
    Aborted = 3,

    /// <summary>The run was canceled, and the rollbacks ran.</summary>
    Interrupted = 4,

    /// <summary>A rollback failed. It overrides every other outcome: the system must be restored manually.</summary>
    RollbackFailed = 5,
}
