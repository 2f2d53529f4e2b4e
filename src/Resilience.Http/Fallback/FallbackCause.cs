namespace Resilience.Http;

/// <summary>Why a fallback is asked for.</summary>
public enum FallbackCause
{
    /// <summary>The circuit was open or a limit was reached, so the attempt was not sent.</summary>
    Refused,

    /// <summary>The total timeout or the attempt timeout has passed.</summary>
    TimedOut,

    /// <summary>The last attempt was judged <see cref="AttemptVerdict.Transient"/>.</summary>
    Failed,
}
