namespace Resilience.Http;

/// <summary>How the waits are randomized.</summary>
/// <remarks>Names and formulas as in <see href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/"/>.</remarks>
public enum HttpRetryJitter
{
    /// <summary>A random wait from zero to the whole delay.</summary>
    Full,

    /// <summary>Half the delay, plus a random wait of up to the other half.</summary>
    Equal,

    /// <summary>A random wait from BaseDelay to three times the previous wait, at most MaxDelay. It replaces the back-off.</summary>
    Decorrelated,

    /// <summary>The delay itself. Callers that failed together retry together.</summary>
    None,
}
