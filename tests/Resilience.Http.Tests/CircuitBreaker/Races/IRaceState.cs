namespace Resilience.Http.Tests.CircuitBreaker.Races;

/// <summary>What two operations meet over.</summary>
internal interface IRaceState
{
    Interleaving Seam { get; }
}
