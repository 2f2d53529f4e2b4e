namespace Resilience.Http.Tests.CircuitBreaker.Races;

/// <summary>What two operations meet over.</summary>
internal interface IContested
{
    Seam Seam { get; }
}
