namespace Resilience.Http.Pipeline;

/// <summary>Gives orders to all replicas of the app. The package of the fleet registers one in the container.</summary>
internal interface IFleetSteering
{
    /// <summary>Isolates circuits in all replicas.</summary>
    /// <exception cref="InvalidOperationException">The client does not share its circuits, or the store did not answer.</exception>
    Task IsolateAsync(
        string serviceName, string reason, TimeSpan? duration, string? authority, string? by, CancellationToken cancellationToken);

    /// <summary>Closes circuits in all replicas.</summary>
    /// <exception cref="InvalidOperationException">The client does not share its circuits, or the store did not answer.</exception>
    Task ResetAsync(string serviceName, string? authority, string? by, CancellationToken cancellationToken);
}
