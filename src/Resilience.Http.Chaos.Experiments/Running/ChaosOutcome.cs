namespace Resilience.Http;

/// <summary>What an experiment came to. The number of each is the exit code of the process that ran it.</summary>
public enum ChaosOutcome
{
    /// <summary>The hypothesis held: the steady state was met before and after, and all was put back.</summary>
    Held = 0,

    /// <summary>The hypothesis did not hold: the steady state, or a tolerance in the method, was not met. A weakness was found.</summary>
    Deviated = 1,

    /// <summary>The steady state was not met before the method: nothing was injected.</summary>
    NotSteady = 2,

    /// <summary>
    /// An action failed, or a gate closed over the faults (<c>Until</c> passed, <c>Enabled</c> was set to false): the experiment ended there, what was
    /// injected was taken back, and the hypothesis was not tested.
    /// </summary>
    Aborted = 3,

    /// <summary>The run was cancelled; what was injected was taken back.</summary>
    Interrupted = 4,

    /// <summary>Something could not be put back. It goes before all else: the system needs a hand.</summary>
    RollbackFailed = 5,
}
