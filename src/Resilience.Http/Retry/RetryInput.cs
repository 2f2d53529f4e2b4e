using Resilience.Http.Outcomes;

namespace Resilience.Http.Retry;

/// <summary>All that the decision after a temporary failure depends on, besides the options and the budget.</summary>
internal readonly record struct RetryInput
{
    /// <summary>Nothing of the attempt reached a server, so every method may be repeated.</summary>
    public bool NothingSent { get; init; }

    /// <summary>How many attempts have been made, this one included.</summary>
    public required int Attempts { get; init; }

    /// <summary>What is left until the deadline of the call; <see langword="null"/> if it has none.</summary>
    public required TimeSpan? Remaining { get; init; }

    /// <summary>What the service asked for.</summary>
    public RetryAfter RetryAfter { get; init; }

    /// <summary>The service is still busy with an earlier attempt, so the retry waits for at least the whole back-off step.</summary>
    public bool NeedsWholeStep { get; init; }

    /// <summary>The wait before this attempt; <see langword="null"/> at the first.</summary>
    public TimeSpan? PreviousDelay { get; init; }

    /// <summary>Whether sending this request a second time is known to do no harm.</summary>
    public required bool RequestIsRepeatable { get; init; }

    public required bool BodyIsReplayable { get; init; }

    /// <summary>Whether this request must not be repeated, whatever the options say.</summary>
    public bool RetryForbidden { get; init; }

    public bool CircuitOpened { get; init; }

    /// <summary>The attempt was a trial of one endpoint, and the retry goes to another one.</summary>
    public bool NeedsNoWait { get; init; }

    /// <summary>An attempt of the call failed with signs of load, so the retry is not paid from savings.</summary>
    public bool UnderLoad { get; init; }
}
