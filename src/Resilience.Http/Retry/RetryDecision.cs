namespace Resilience.Http.Retry;

/// <summary>Go on after a delay, or stop for a reason.</summary>
internal readonly record struct RetryDecision
{
    private RetryDecision(TimeSpan delay, RetryStopReason? stopReason)
    {
        Delay = delay;
        StopReason = stopReason;
    }

    /// <summary>How long to wait before the next attempt.</summary>
    public TimeSpan Delay { get; }

    /// <summary>Why there is no next attempt; <see langword="null"/> if there is one.</summary>
    public RetryStopReason? StopReason { get; }

    public static RetryDecision Retry(TimeSpan delay) => new(delay, null);

    public static RetryDecision Stop(RetryStopReason reason) => new(default, reason);
}
