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

    /// <summary>The service is up and asks for fewer requests: 429, ENHANCE_YOUR_CALM.</summary>
    Throttled = 2,

    /// <summary>A time limit cut the attempt, ours or that of connecting: the circuit breaker counts it even within a burst.</summary>
    TimedOut = 4,

    /// <summary>The limit of the whole call has passed: nothing may be repeated.</summary>
    DeadlinePassed = 8,

    /// <summary>The caller's own token was canceled.</summary>
    CallerCanceled = 16,

    /// <summary>This process was behind when the limit fired: a failure of the service only if no later attempt succeeds in time.</summary>
    ProcessBehind = 32,

    /// <summary>This machine lacked what a connection needs: nothing is known about the service.</summary>
    LocalShortage = 64,

    /// <summary>
    /// Counts in the share of failures, never in the row of consecutive ones: the failure may be due to this one request.
    /// </summary>
    RatioOnly = 128,
}
