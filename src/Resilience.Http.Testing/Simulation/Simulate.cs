using Microsoft.Extensions.Configuration;
using Resilience.Http.Testing.Simulation;

namespace Resilience.Http.Testing;

/// <summary>
/// Runs the real chain, with the settings of an app, against a simulated service in virtual time. Ten minutes of load take seconds, and the
/// same seed gives the same result.
/// </summary>
public static class Simulate
{
    /// <summary>Runs a simulation.</summary>
    /// <param name="simulation">The client, the service and the load.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The number of replicas, backends or workers is less than 1, or the load lasts less than a second. Or a fault names a backend that
    /// does not exist, does not end after it begins, or has a share that is not between 0 and 1.
    /// </exception>
    /// <exception cref="ArgumentException">The configuration has settings for other clients only.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The client's settings are wrong.</exception>
    public static SimulationResult Run(SimulationOptions simulation)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        Check(simulation);
        CheckSection(simulation);
        using var run = new SimulationRun(simulation);
        return run.Run();
    }

    /// <summary>The runtime's own checks would name expressions of this file, and not what the caller wrote.</summary>
    private static void Check(SimulationOptions simulation)
    {
        var (service, load) = (simulation.Service, simulation.Load);
        Require(simulation.Replicas >= 1, nameof(simulation.Replicas), simulation.Replicas, "must be at least 1");
        Require(service.Backends >= 1, nameof(service.Backends), service.Backends, "must be at least 1");
        Require(service.Workers >= 1, nameof(service.Workers), service.Workers, "must be at least 1");
        Require(service.QueueLimit >= 0, nameof(service.QueueLimit), service.QueueLimit, "must not be negative");
        Require(load.Length >= TimeSpan.FromSeconds(1), nameof(load.Length), load.Length, "must be at least one second");
        foreach (var fault in service.Faults)
        {
            Check(fault, service.Backends);
        }
    }

    private static void Check(SimulatedFault fault, int backends)
    {
        Require(
            fault.Backend is null || (fault.Backend >= 0 && fault.Backend < backends),
            nameof(fault.Backend),
            fault,
            backends == 1
                ? "of a fault must be 0, because the service has one backend"
                : $"of a fault must be from 0 to {backends - 1}, because the service has {backends} backends");
        Require(fault.To > fault.From, nameof(fault.To), fault, "of a fault must be later than its From");
        var (name, share) = fault switch
        {
            SimulatedFault.Failing failing => (nameof(failing.Share), failing.Share),
            SimulatedFault.Slow slow => (nameof(slow.Share), slow.Share),
            SimulatedFault.Throttled throttled => (nameof(throttled.ShareOfWorkers), throttled.ShareOfWorkers),
            _ => ("", 0),
        };
        Require(share is >= 0 and <= 1, name, fault, "of a fault must be from 0 to 1");
    }

    /// <summary>A misspelled name would run the defaults, and its result would look like that of the app's settings.</summary>
    private static void CheckSection(SimulationOptions simulation)
    {
        if (simulation.Configuration?.GetSection("ResilientHttpClients") is not { } root || root.GetSection("Defaults").Exists())
        {
            return;
        }

        string[] clients = [.. root.GetSection("Clients").GetChildren().Select(static client => client.Key)];
        if (clients.Length > 0 && !clients.Contains(simulation.ClientName, StringComparer.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"The configuration has no settings for the client '{simulation.ClientName}', only for {string.Join(", ", clients)}. " +
                $"Correct {nameof(simulation.ClientName)}, or leave {nameof(simulation.Configuration)} unset to simulate the defaults.",
                nameof(simulation));
        }
    }

    private static void Require(bool holds, string name, object value, string rule)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} {rule}.");
        }
    }
}
