namespace Resilience.Http.Outcomes;

/// <summary>The verdict on one attempt, with what the rules above it need to know besides.</summary>
internal readonly record struct Judgement(AttemptVerdict Verdict, JudgementTraits Traits = JudgementTraits.None)
{
    public bool Is(JudgementTraits trait) => (Traits & trait) != 0;
}

[Flags]
internal enum JudgementTraits
{
    None = 0,

    /// <summary>No byte of the request reached a server, so every method may be repeated.</summary>
    NothingSent = 1,

    /// <summary>429: the service is well and asks for less.</summary>
    Throttled = 2,

    /// <summary>A time limit cut the attempt, ours or that of connecting: the circuit breaker counts it even within a burst.</summary>
    TimedOut = 4,

    /// <summary>The limit of the whole call has passed: nothing may be repeated.</summary>
    DeadlinePassed = 8,

    /// <summary>The caller's own token was cancelled.</summary>
    CallerCanceled = 16,

    /// <summary>The circuit breaker counts the failure in the share of failures, never in the row of consecutive ones: it may be this request's own.</summary>
    RatioOnly = 32,
}
