namespace Resilience.Http.Hedging;

/// <summary>What came of a hedge.</summary>
internal enum HedgeOutcome
{
    /// <summary>The caller got its response.</summary>
    Won,

    /// <summary>Another send won, or the call ended for another reason, and the hedge was canceled.</summary>
    Lost,

    /// <summary>It ended without a success.</summary>
    Failed,
}

internal static class HedgeOutcomeText
{
    public static string Text(this HedgeOutcome outcome) => outcome switch
    {
        HedgeOutcome.Won => "won",
        HedgeOutcome.Lost => "lost",
        HedgeOutcome.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}
