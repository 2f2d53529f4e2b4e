namespace Resilience.Http.Pipeline;

/// <summary>What can happen to a call besides its end.</summary>
internal enum TrafficEvent
{
    /// <summary>The call ended with a refusal by its circuit.</summary>
    Rejected,

    /// <summary>One attempt more was sent.</summary>
    Retried,

    /// <summary>A second request was sent beside a slow one.</summary>
    Hedged,

    /// <summary>A fallback answered, so the caller did not see the failure.</summary>
    FallbackAnswered,
}
