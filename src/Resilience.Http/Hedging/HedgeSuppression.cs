namespace Resilience.Http.Hedging;

/// <summary>Why a hedge that was due did not go out.</summary>
internal enum HedgeSuppression
{
    /// <summary>The app is stopping.</summary>
    Stopping,

    /// <summary>This process is behind, so the response may be there unseen.</summary>
    ProcessBehind,

    /// <summary>The service is slow for everyone.</summary>
    ServiceSlow,

    /// <summary>The circuit of the authority is not closed.</summary>
    Circuit,

    /// <summary>More than a quarter of the recent results of the authority are failures.</summary>
    Failing,

    /// <summary>Most of what a limit allows is in use.</summary>
    Limit,

    /// <summary>Hedges rarely win, so only every second one goes out.</summary>
    RarelyWins,

    /// <summary>The hedging budget is used up.</summary>
    Budget,

    /// <summary>The retry budget is used up.</summary>
    RetryBudget,
}
