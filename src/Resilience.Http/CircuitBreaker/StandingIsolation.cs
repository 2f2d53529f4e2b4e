namespace Resilience.Http.CircuitBreaker;

/// <summary>The isolation of a whole service: it holds for circuits that are made later, too.</summary>
internal sealed record StandingIsolation(string Reason, DateTimeOffset Since, long EndsAt)
{
    public bool IsInForce(long now) => now < EndsAt;
}
