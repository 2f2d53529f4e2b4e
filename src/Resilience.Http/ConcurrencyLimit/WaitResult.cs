namespace Resilience.Http.ConcurrencyLimit;

/// <summary>How the wait for a permit ended.</summary>
internal enum WaitResult
{
    /// <summary>With a permit, to be given back once.</summary>
    Granted,

    /// <summary>The deadline of the call passed.</summary>
    DeadlinePassed,

    /// <summary>The caller canceled.</summary>
    Canceled,

    /// <summary>The app was disposed.</summary>
    Closed,
}
