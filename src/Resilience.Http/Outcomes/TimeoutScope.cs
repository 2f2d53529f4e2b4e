namespace Resilience.Http;

/// <summary>Which time limit ran out.</summary>
public enum TimeoutScope
{
    /// <summary>The limit of the whole call: attempts, waits and Retry-After included.</summary>
    Total,

    /// <summary>The limit of one attempt.</summary>
    Attempt,

    /// <summary>The limit on a response body that stopped flowing.</summary>
    Body,

    /// <summary>The deadline of the work that the call belongs to, such as the incoming request: see ResilienceDeadline.</summary>
    Incoming,

    /// <summary>What the shutdown of the app leaves to the calls in flight.</summary>
    Shutdown,
}
