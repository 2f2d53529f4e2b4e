namespace Resilience.Http.Tracing;

/// <summary>What a call came to in the end, as reported in <c>resilience.outcome</c>.</summary>
internal enum CallOutcome
{
    Success,
    Failure,
    Rejected,
    Timeout,
    Canceled,
    Fallback,
}
