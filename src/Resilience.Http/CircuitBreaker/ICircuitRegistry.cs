namespace Resilience.Http;

/// <summary>
/// The circuits of all resilient clients: to list, to hold open by hand, to reset, to watch. A singleton of the container.
/// </summary>
/// <remarks>
/// <para>
/// Every registered client is known as soon as the container is built, so <see cref="Isolate"/> before the host starts holds. The first
/// call of a method checks the settings of all clients, as the start of the host does, and throws
/// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> if they are wrong. A client that only the factory's defaults know
/// is known from its first creation on.
/// </para>
/// <para>
/// The circuit of a base address is listed at once, any other from the first call to its authority on. A client whose circuit breaker is
/// switched off has no circuits. All members may be called from any thread.
/// </para>
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
    /// <returns>The circuit, or <see langword="null"/> if there is none of that name.</returns>
    CircuitSnapshot? Find(string serviceName, string? authority = null);

    /// <summary>
    /// Holds circuits open: their calls are refused at once (with <see cref="HttpCircuitBreakerMode.Observe"/> only reported).
    /// </summary>
    /// <param name="serviceName">The name the client is registered under.</param>
    /// <param name="reason">Why; every refusal says it.</param>
    /// <param name="duration">After this the circuits are half-open and find out for themselves; <see langword="null"/>: until
    /// <see cref="Reset"/>.</param>
    /// <param name="authority">The one to hold open; <see langword="null"/> or <c>*</c>: all of the service, those it first meets later
    /// included.</param>
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
    /// Raised for every transition: one at a time, in order, on the thread pool. No call waits for it, and each subscriber has its own
    /// queue. If a subscriber throws, that is logged. If it is so slow that 1,024 transitions wait, the oldest are dropped, and their
    /// number is logged.
    /// </summary>
    event Action<CircuitTransition>? Transitioned;
}
