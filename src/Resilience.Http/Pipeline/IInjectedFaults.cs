namespace Resilience.Http.Pipeline;

/// <summary>Knows which faults are injected on purpose. A package that injects faults registers one in the container.</summary>
internal interface IInjectedFaults
{
    /// <summary>The faults that calls of a service meet now, in words; <see langword="null"/> if there are none.</summary>
    string? Describe(string serviceName);
}
