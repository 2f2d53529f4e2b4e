namespace Resilience.Http;

/// <summary>Why a fallback is asked for.</summary>
public enum FallbackCause
{
    /// <summary>The circuit was open or a limit was reached, so the attempt was not sent.</summary>
    Refused,

    /// <summary>A time limit ran out.</summary>
    TimedOut,

    /// <summary>The last attempt came to a <see cref="AttemptVerdict.Transient"/> failure.</summary>
    Failed,
}
