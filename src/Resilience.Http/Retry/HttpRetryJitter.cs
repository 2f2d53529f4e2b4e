namespace Resilience.Http;

/// <summary>How randomness spreads the waits.</summary>
/// <remarks>Names and formulas as in <see href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/"/>.</remarks>
public enum HttpRetryJitter
{
    /// <summary>Anywhere between zero and the whole delay.</summary>
    Full,

    /// <summary>Half the delay, plus anywhere up to the other half.</summary>
    Equal,

    /// <summary>Anywhere between BaseDelay and three times the previous wait, at most MaxDelay.</summary>
    Decorrelated,

    /// <summary>No randomness: callers that failed together come back together.</summary>
    None,
}
