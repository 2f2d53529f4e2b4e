namespace Resilience.Http.ConcurrencyLimit;

/// <summary>What came of asking for a permit.</summary>
internal enum PermitResult
{
    /// <summary>There was one, to be given back once.</summary>
    Granted,

    /// <summary>There was none, but a place in the queue.</summary>
    Queued,

    /// <summary>There was neither.</summary>
    Rejected,

    /// <summary>The limiter was taken out of its table: ask the one that is there now.</summary>
    Retired,
}
