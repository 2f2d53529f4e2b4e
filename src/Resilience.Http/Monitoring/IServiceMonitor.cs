namespace Resilience.Http;

/// <summary>
/// What the resilient clients of a container do: traffic of the last minute, circuits, limits and settings. A singleton of the container,
/// for dashboards and other views. To steer circuits, see <see cref="ICircuitRegistry"/>.
/// </summary>
/// <remarks>
/// Traffic is counted from the first resolution of this interface on: resolve it at start. From then on each client holds 4 KB, a call
/// costs one atomic increment, and once a second the counts of all clients are read. Reading a snapshot costs a call nothing. Before the
/// host starts, the first call of a method checks the settings of all clients, and throws
/// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> if they are wrong. All members may be called from any thread.
/// </remarks>
public interface IServiceMonitor
{
    /// <summary>All services, by name.</summary>
    IReadOnlyList<ServiceSnapshot> GetAll();

    /// <summary>One service.</summary>
    /// <param name="serviceName">The name the client is registered under.</param>
    /// <returns>The service, or <see langword="null"/> if there is none of that name.</returns>
    ServiceSnapshot? Find(string serviceName);

    /// <summary>
    /// The settings of a service that are in force, in the order of the documentation, with their origin. They are safe to show: user
    /// names, passwords and query strings of addresses are removed, and so is the content of a fallback response.
    /// </summary>
    /// <param name="serviceName">The name the client is registered under.</param>
    /// <returns>The settings; none if there is no service of that name.</returns>
    IReadOnlyList<ServiceSetting> GetSettings(string serviceName);

    /// <summary>
    /// Raised once a second, when <see cref="ServiceSnapshot.LastMinute"/> has got a new second, on a thread of the pool. The next second
    /// waits for the subscribers: return quickly. If one throws, that is logged.
    /// </summary>
    event Action? Updated;
}
