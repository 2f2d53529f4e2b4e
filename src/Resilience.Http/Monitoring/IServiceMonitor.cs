namespace Resilience.Http;

/// <summary>
/// Shows what the resilient clients of a container do: the traffic of the last minute, circuits, limits and settings. It is a singleton of
/// the container, for dashboards and other views. To isolate or reset circuits, see <see cref="ICircuitRegistry"/>.
/// </summary>
/// <remarks>
/// Traffic is counted from the time at which this interface is first resolved, so resolve it at startup. From then on, each client takes 4
/// KB, a call costs one atomic increment, and the counts of all clients are read once a second. Reading a snapshot does not slow down
/// calls. Before the host starts, the first call of a method checks the settings of all clients, and throws
/// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> if they are wrong. All members may be called from any thread.
/// </remarks>
public interface IServiceMonitor
{
    /// <summary>All services, by name.</summary>
    IReadOnlyList<ServiceSnapshot> GetAll();

    /// <summary>One service.</summary>
    /// <param name="serviceName">The name of the client.</param>
    /// <returns>The service, or <see langword="null"/> if there is no service with that name.</returns>
    ServiceSnapshot? Find(string serviceName);

    /// <summary>
    /// The current settings of a service with their origin, in the order of the documentation. They are safe to show: user names, passwords
    /// and query strings of addresses are removed, and so is the content of a fallback response.
    /// </summary>
    /// <param name="serviceName">The name of the client.</param>
    /// <returns>The settings; none if there is no service with that name.</returns>
    IReadOnlyList<ServiceSetting> GetSettings(string serviceName);

    /// <summary>
    /// Raised once a second on the thread pool, when <see cref="ServiceSnapshot.LastMinute"/> has a new second. Return quickly, because the
    /// next second waits for the subscribers. If a subscriber throws, that is logged.
    /// </summary>
    event Action? Updated;
}
