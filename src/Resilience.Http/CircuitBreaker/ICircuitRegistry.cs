namespace Resilience.Http;

/// <summary>The circuits of all resilient clients: to list, to hold open by hand, to reset, to watch. A singleton of the container.</summary>
/// <remarks>
/// A client with a base address is listed from start (one that only the factory's defaults know from its first creation), any other from its
/// first call. A client whose circuit breaker is switched off has
/// no circuits. All members may be called from any thread.
/// </remarks>
public interface ICircuitRegistry
{
    /// <summary>All circuits, by service name and authority.</summary>
    IReadOnlyList<CircuitSnapshot> GetAll();

    /// <summary>One circuit.</summary>
    /// <param name="serviceName">The name the client is registered under.</param>
    /// <param name="authority">
    /// Scheme, host and port, as in <c>https://payments.internal</c>; <see langword="null"/> or <c>*</c> for the worst of the service's
    /// circuits: isolated before open before half-open before closed.
    /// </param>
    /// <returns>The circuit, or <see langword="null"/> where there is none of that name.</returns>
    CircuitSnapshot? Find(string serviceName, string? authority = null);

    /// <summary>Holds circuits open: their calls are refused at once (with <see cref="HttpCircuitBreakerMode.Observe"/> only reported).</summary>
    /// <param name="serviceName">The name the client is registered under.</param>
    /// <param name="reason">Why; told in every refusal.</param>
    /// <param name="duration">After this the circuits are half-open and find out for themselves; <see langword="null"/>: until <see cref="Reset"/>.</param>
    /// <param name="authority">The one to hold open; <see langword="null"/> or <c>*</c>: all of the service, those it first meets later included.</param>
    /// <exception cref="ArgumentException">
    /// There is no resilient client of that name, the reason is empty, the authority is not one, or the client has one circuit for all
    /// authorities (<see cref="HttpCircuitBreakerScope.Service"/>).
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is zero or negative.</exception>
    /// <exception cref="InvalidOperationException">The client's circuit breaker is switched off: isolating it would do nothing.</exception>
    void Isolate(string serviceName, string reason, TimeSpan? duration = null, string? authority = null);

    /// <summary>Closes circuits, whatever their state, and forgets what their windows hold.</summary>
    /// <param name="serviceName">The name the client is registered under.</param>
    /// <param name="authority">The one to close; <see langword="null"/> or <c>*</c>: all of the service.</param>
    /// <exception cref="ArgumentException">There is no resilient client of that name, or it has no circuit of that authority.</exception>
    void Reset(string serviceName, string? authority = null);

    /// <summary>
    /// Told of every transition: one at a time, in order, on the thread pool. No call waits for it, and each subscriber has a queue of its
    /// own. One that throws is logged; one so slow that 1,024 transitions wait for it loses the oldest of them, which is logged with their number.
    /// </summary>
    event Action<CircuitTransition>? Transitioned;
}
