namespace Resilience.Http.Timeouts;

/// <summary>What a process was behind with.</summary>
internal enum ProcessDelayCause
{
    /// <summary>The queue of its thread pool: as a rule its threads are blocked.</summary>
    ThreadPool,

    /// <summary>Everything, its timers too: as a rule it was suspended, or had no CPU time.</summary>
    Timers,
}
