namespace Resilience.Http.CircuitBreaker;

/// <summary>One stay in one state, from a transition to the next.</summary>
internal abstract class CircuitPeriod(CircuitState state, DateTimeOffset since, string? reason)
{
    public CircuitState State { get; } = state;

    public DateTimeOffset Since { get; } = since;

    public string? Reason { get; } = reason;
}
