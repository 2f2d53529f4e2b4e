namespace Resilience.Http.Testing;

/// <summary>How the balancer of a <see cref="SimulatedService"/> chooses a backend for each request. It checks no health.</summary>
public enum SimulatedBalancing
{
    /// <summary>One after the other.</summary>
    RoundRobin,

    /// <summary>Each with the same probability.</summary>
    Random,
}
