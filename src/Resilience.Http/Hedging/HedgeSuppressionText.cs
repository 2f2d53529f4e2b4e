namespace Resilience.Http.Hedging;

internal static class HedgeSuppressionText
{
    public static string Text(this HedgeSuppression reason) => reason switch
    {
        HedgeSuppression.Stopping => "stopping",
        HedgeSuppression.ProcessBehind => "process_behind",
        HedgeSuppression.ServiceSlow => "service_slow",
        HedgeSuppression.Circuit => "circuit",
        HedgeSuppression.Failing => "failing",
        HedgeSuppression.Limit => "limit",
        HedgeSuppression.RarelyWins => "rarely_wins",
        HedgeSuppression.Budget => "budget",
        HedgeSuppression.RetryBudget => "retry_budget",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
