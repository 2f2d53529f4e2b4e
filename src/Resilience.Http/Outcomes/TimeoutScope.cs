namespace Resilience.Http;

/// <summary>The time limit that has passed.</summary>
public enum TimeoutScope
{
    /// <summary>The limit of the whole call, including attempts, waits and Retry-After.</summary>
    Total,

    /// <summary>The limit of one attempt.</summary>
    Attempt,

    /// <summary>The limit of a wait for more bytes of the response body.</summary>
    Body,

    /// <summary>
    /// The deadline of the work that the call belongs to, such as an incoming request: see <see cref="ResilienceDeadline"/>.
    /// </summary>
    Incoming,

    /// <summary>The deadline that the shutdown of the app sets for calls in flight.</summary>
    Shutdown,
}
