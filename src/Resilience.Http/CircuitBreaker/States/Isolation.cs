using Resilience.Http.Requests;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>A circuit is held open by hand. That of a whole service holds for circuits that are made later, too.</summary>
/// <param name="Reason">What was given as the reason.</param>
/// <param name="Since">When it began.</param>
/// <param name="BeganAt">Timestamp of its beginning.</param>
/// <param name="EndsAt">Timestamp of its end, or <see cref="Timestamps.Never"/>.</param>
internal sealed record Isolation(string Reason, DateTimeOffset Since, long BeganAt, long EndsAt)
{
    public bool IsInForce(long now) => now < EndsAt;
}
