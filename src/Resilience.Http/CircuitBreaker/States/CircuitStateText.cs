namespace Resilience.Http.CircuitBreaker.States;

/// <summary>The states as tags, JSON, headers and messages spell them: the one place that knows.</summary>
internal static class CircuitStateText
{
    public const string Closed = "closed";
    public const string Open = "open";
    public const string HalfOpen = "half_open";
    public const string Isolated = "isolated";

    public static string Text(this CircuitState state) => state switch
    {
        CircuitState.Closed => Closed,
        CircuitState.Open => Open,
        CircuitState.HalfOpen => HalfOpen,
        CircuitState.Isolated => Isolated,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
