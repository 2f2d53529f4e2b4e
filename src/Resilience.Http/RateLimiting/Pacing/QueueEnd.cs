namespace Resilience.Http.RateLimiting.Pacing;

/// <summary>How the wait for a slot ended.</summary>
internal enum QueueEnd
{
    /// <summary>It has not ended.</summary>
    Waiting,

    /// <summary>The slot came, and was taken.</summary>
    Granted,

    /// <summary>The slot would come too late.</summary>
    TooLate,

    /// <summary>The queue is full.</summary>
    Full,

    /// <summary>The token of the send was canceled.</summary>
    Canceled,

    /// <summary>The app was disposed.</summary>
    Closed,

    /// <summary>The queue is out of use; another has taken its place if one is needed.</summary>
    Retired,
}
