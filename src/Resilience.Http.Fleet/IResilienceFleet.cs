namespace Resilience.Http;

/// <summary>This replica's view of the fleet, and orders to all replicas. A singleton of the container.</summary>
public interface IResilienceFleet
{
    /// <summary>What this replica knows since its last exchange with the store. It does not query the store.</summary>
    FleetStatus GetStatus();

    /// <summary>
    /// Isolates circuits in all replicas within a second, as <see cref="ICircuitRegistry.Isolate"/> does in one. Replicas that start later
    /// isolate them too.
    /// </summary>
    /// <param name="serviceName">The name the client is registered under; its <see cref="HttpFleetOptions.Enabled"/> is set.</param>
    /// <param name="reason">The reason; every refusal contains it.</param>
    /// <param name="duration">
    /// The time after which the circuits become half-open, in each replica separately. If it is <see langword="null"/>, they stay isolated
    /// until <see cref="ResetAsync"/>.
    /// </param>
    /// <param name="authority">The circuit; <see langword="null"/> or <c>*</c>: all of the service.</param>
    /// <param name="by">Who does it, for logs and refusals; <see langword="null"/>: the name of this replica.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <exception cref="ArgumentException">The reason is empty, or the authority is not one.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is zero or negative.</exception>
    /// <exception cref="InvalidOperationException">
    /// The client does not share its circuits, or the store did not answer. Then the order reached no replica, or it reaches all of them
    /// within a second. <see cref="ICircuitRegistry.Isolate"/> acts in this replica alone.
    /// </exception>
    Task IsolateAsync(
        string serviceName,
        string reason,
        TimeSpan? duration = null,
        string? authority = null,
        string? by = null,
        CancellationToken cancellationToken = default);

    /// <summary>Closes circuits in all replicas within a second, as <see cref="ICircuitRegistry.Reset"/> does in one.</summary>
    /// <param name="serviceName">The name the client is registered under; its <see cref="HttpFleetOptions.Enabled"/> is set.</param>
    /// <param name="authority">The circuit; <see langword="null"/> or <c>*</c>: all of the service.</param>
    /// <param name="by">Who does it, for logs; <see langword="null"/>: the name of this replica.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <exception cref="ArgumentException">The authority is not one.</exception>
    /// <exception cref="InvalidOperationException">
    /// The client does not share its circuits, or the store did not answer. Then the order reached no replica, or it reaches all of them
    /// within a second.
    /// </exception>
    Task ResetAsync(
        string serviceName, string? authority = null, string? by = null, CancellationToken cancellationToken = default);
}
