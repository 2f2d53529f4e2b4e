using Resilience.Http.Testing.Simulation;

namespace Resilience.Http.Testing;

/// <summary>
/// Runs the real chain with an app's own settings against a simulated service, in virtual time: ten minutes of load take seconds, and the
/// same seed gives the same result.
/// </summary>
public static class Simulate
{
    /// <summary>Runs a simulation.</summary>
    /// <param name="simulation">The client, the service and the load.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number of replicas, backends or workers is less than 1, the load lasts less than a second, or a fault is that of a backend that
    /// does not exist.
    /// </exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The client's settings are wrong.</exception>
    public static SimulationResult Run(SimulationOptions simulation)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        Check(simulation);
        using var run = new SimulationRun(simulation);
        return run.Run();
    }

    private static void Check(SimulationOptions simulation)
    {
        var (service, load) = (simulation.Service, simulation.Load);
        ArgumentOutOfRangeException.ThrowIfLessThan(simulation.Replicas, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(service.Backends, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(service.Workers, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(service.QueueLimit);
        ArgumentOutOfRangeException.ThrowIfLessThan(load.Length, TimeSpan.FromSeconds(1));
        foreach (var fault in service.Faults)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(fault.Backend ?? 0, service.Backends);
        }
    }
}
