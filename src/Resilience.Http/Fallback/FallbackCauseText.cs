namespace Resilience.Http.Fallback;

internal static class FallbackCauseText
{
    public static string Text(this FallbackCause cause) => cause switch
    {
        FallbackCause.Refused => "refused",
        FallbackCause.TimedOut => "timed_out",
        FallbackCause.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, null),
    };
}
