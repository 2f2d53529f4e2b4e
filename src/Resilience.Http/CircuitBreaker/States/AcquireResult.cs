namespace Resilience.Http.CircuitBreaker.States;

/// <summary>What a circuit says to an attempt.</summary>
internal enum AcquireResult
{
    /// <summary>Send it, and give the permit back with the result.</summary>
    Granted,

    /// <summary>Do not send it.</summary>
    Refused,

    /// <summary>The circuit has just been dropped from the table: look the authority up again.</summary>
    Retired,
}
