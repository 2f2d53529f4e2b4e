namespace Resilience.Http.CircuitBreaker.States;

/// <summary>Failures in a row, in the order in which their attempts began.</summary>
/// <param name="Count">How many.</param>
/// <param name="Repeated">Further failures of the same bursts since it began, which did not lengthen it.</param>
/// <param name="Answered">Older attempts that were answered since the row began.</param>
/// <param name="BeganAt">Timestamp of the start of its first attempt.</param>
internal readonly record struct FailureRow(int Count, int Repeated, long Answered, long BeganAt)
{
    /// <summary>All failures since it began.</summary>
    public int Failures => Count + Repeated;
}
