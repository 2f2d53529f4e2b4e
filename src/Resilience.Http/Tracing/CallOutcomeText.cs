namespace Resilience.Http.Tracing;

internal static class CallOutcomeText
{
    public static string Text(this CallOutcome outcome) => outcome switch
    {
        CallOutcome.Success => "success",
        CallOutcome.Failure => "failure",
        CallOutcome.Rejected => "rejected",
        CallOutcome.Timeout => "timeout",
        CallOutcome.Canceled => "canceled",
        CallOutcome.Fallback => "fallback",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}
