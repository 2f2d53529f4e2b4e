namespace Resilience.Http.CircuitBreaker.States;

/// <summary>What a circuit remembers from one period to the next.</summary>
/// <param name="Breaks">How many breaks since it was last closed ended without any success; the length of the next follows from it.</param>
/// <param name="LastFailure">The last failure that counted.</param>
/// <param name="Counts">What it had counted when it was last closed, so that the figures of an open circuit match its reason.</param>
/// <param name="Outage">When the outage began, however often it reopened since; <see langword="null"/> while it is closed.</param>
internal sealed record BreakHistory(int Breaks, string? LastFailure, ClosedCounts Counts = default, OutageStart? Outage = null)
{
    private static readonly BreakHistory None = new(Breaks: 0, LastFailure: null);

    /// <summary>
    /// No break since the circuit was closed. That of a circuit without a failure is shared: a service may have a thousand.
    /// </summary>
    public static BreakHistory After(string? lastFailure) => lastFailure is null ? None : new(Breaks: 0, lastFailure);
}
