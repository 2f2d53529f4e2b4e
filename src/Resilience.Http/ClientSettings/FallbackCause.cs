namespace Resilience.Http;

/// <summary>Why a fallback is asked for.</summary>
public enum FallbackCause
{
    /// <summary>The circuit was open or a limit was reached, so the attempt was not sent.</summary>
    Refused,

    /// <summary>
    /// A time limit has passed: the total or the attempt timeout, an inherited deadline, or the time that the shutdown of the app leaves.
    /// </summary>
    TimedOut,

    /// <summary>
    /// The last attempt was judged <see cref="AttemptVerdict.Transient"/>, or its exception <see cref="AttemptVerdict.Retryable"/>.
    /// </summary>
    Failed,
}
