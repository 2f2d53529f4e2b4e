namespace Resilience.Http;

/// <summary> Lists, isolates, resets and watches the circuits of all resilient clients. It is a singleton of the container. </summary>
/// <remarks>
/// <para> Every registered client is known as soon as the container is built, so you can call <see cref="Isolate"/> before the host starts.
/// The first call of a method checks the settings of all clients, as the start of the host does, and throws
/// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> if they are wrong. If only <c>ConfigureHttpClientDefaults</c> adds
/// the chain to a client, the client is known after its first creation. </para> <para> The circuit of a base address is listed at once, and
/// others after the first call to their authority. If the circuit breaker of a client is off, it has no circuits. All members are
/// thread-safe. </para>
/// </remarks>
public interface ICircuitRegistry
{
    /// <summary>All circuits, by service name and authority.</summary>
    IReadOnlyList<CircuitSnapshot> GetAll();

    /// <summary>One circuit.</summary>
    /// <param name="serviceName">The name of the client.</param>
    /// <param name="authority">
    /// The scheme, host and port, such as <c>https://payments.internal</c>. If it is <see langword="null"/> or <c>*</c>, the worst circuit
    /// of the service is returned: isolated before open, half-open and closed.
    /// </param>
    /// <returns>The circuit, or <see langword="null"/> if there is no such circuit.</returns>
    CircuitSnapshot? Find(string serviceName, string? authority = null);

    /// <summary>
    /// Isolates circuits: all their calls are refused. In the mode <see cref="HttpCircuitBreakerMode.Observe"/>, this is only reported.
    /// </summary>
    /// <param name="serviceName">The name of the client.</param>
    /// <param name="reason">The reason. Every refusal contains it.</param>
    /// <param name="duration">
    /// The time after which the circuits become half-open. If it is <see langword="null"/>, they stay isolated until <see cref="Reset"/>.
    /// </param>
    /// <param name="authority">
    /// The scheme, host and port of the circuit. If it is <see langword="null"/> or <c>*</c>, all circuits of the service are isolated,
    /// including those of later calls.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no resilient client with that name, or the reason is empty. Or the authority is not valid, or was given although the client
    /// has a single circuit (<see cref="HttpCircuitBreakerScope.Service"/>).
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is zero or negative.</exception>
    /// <exception cref="InvalidOperationException">The circuit breaker of the client is off, so it cannot be isolated.</exception>
    void Isolate(string serviceName, string reason, TimeSpan? duration = null, string? authority = null);

    /// <summary>Closes circuits, whatever their state, and clears their sampling windows.</summary>
    /// <param name="serviceName">The name of the client.</param>
    /// <param name="authority">
    /// The scheme, host and port of the circuit, or <see langword="null"/> or <c>*</c> for all circuits of the service.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no resilient client with that name, or it has no circuit for that authority.
    /// </exception>
    void Reset(string serviceName, string? authority = null);

    /// <summary>
    /// Raised for every transition: one at a time, in order, on the thread pool. Calls do not wait for it. Each subscriber has its own
    /// queue. If a subscriber throws, that is logged. If it is so slow that 1,024 transitions wait, the oldest are dropped, and their
    /// number is logged.
    /// </summary>
    event Action<CircuitTransition>? Transitioned;
}
