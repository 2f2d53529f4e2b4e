namespace Resilience.Http;

/// <summary>
/// Shows the fleet as this replica sees it, and isolates and resets circuits in all replicas. It is a singleton of the container.
/// </summary>
public interface IResilienceFleet
{
    /// <summary>Returns what this replica learned in its last exchange with the store. It does not query the store.</summary>
    FleetStatus GetStatus();

    /// <summary>
    /// Isolates circuits in all replicas within a second, as <see cref="ICircuitRegistry.Isolate"/> does in one. Replicas that start later
    /// isolate them too.
    /// </summary>
    /// <param name="serviceName">The name of a client whose <see cref="HttpFleetOptions.Enabled"/> is set.</param>
    /// <param name="reason">The reason; every refusal contains it.</param>
    /// <param name="duration">
    /// The time after which the circuits become half-open, in each replica separately. If it is <see langword="null"/>, they stay isolated
    /// until <see cref="ResetAsync"/>.
    /// </param>
    /// <param name="authority">
    /// The scheme, host and port of the circuit, or <see langword="null"/> or <c>*</c> for all circuits of the service.
    /// </param>
    /// <param name="by">
    /// The person who does it, for logs and refusals. If it is <see langword="null"/>, the name of this replica is used.
    /// </param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <exception cref="ArgumentException">The reason is empty, or the authority is not valid.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is zero or negative.</exception>
    /// <exception cref="InvalidOperationException">
    /// The client does not share its circuits, or the store did not answer. If it did not answer, the command has reached no replica, or it
    /// reaches all of them within a second. <see cref="ICircuitRegistry.Isolate"/> acts on this replica alone.
    /// </exception>
    Task IsolateAsync(
        string serviceName,
        string reason,
        TimeSpan? duration = null,
        string? authority = null,
        string? by = null,
        CancellationToken cancellationToken = default);

    /// <summary>Closes circuits in all replicas within a second, as <see cref="ICircuitRegistry.Reset"/> does in one.</summary>
    /// <param name="serviceName">The name of a client whose <see cref="HttpFleetOptions.Enabled"/> is set.</param>
    /// <param name="authority">
    /// The scheme, host and port of the circuit, or <see langword="null"/> or <c>*</c> for all circuits of the service.
    /// </param>
    /// <param name="by">The person who does it, for logs. If it is <see langword="null"/>, the name of this replica is used.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <exception cref="ArgumentException">The authority is not valid.</exception>
    /// <exception cref="InvalidOperationException">
    /// The client does not share its circuits, or the store did not answer. If it did not answer, the command has reached no replica, or it
    /// reaches all of them within a second.
    /// </exception>
    Task ResetAsync(
        string serviceName, string? authority = null, string? by = null, CancellationToken cancellationToken = default);
}
