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
}
