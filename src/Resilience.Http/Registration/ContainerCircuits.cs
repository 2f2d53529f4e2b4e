using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.Registration.Configuration;

namespace Resilience.Http.Registration;

/// <summary>
/// The circuits of a container. Every registered client is known from the first question on, also before the host starts: so a service can
/// be isolated between Build and Run.
/// </summary>
internal sealed class ContainerCircuits(CircuitRegistry registry, LiveOptions clients) : ICircuitRegistry
{
    public event Action<CircuitTransition>? Transitioned
    {
        add => registry.Transitioned += value;
        remove => registry.Transitioned -= value;
    }

    private CircuitRegistry Started
    {
        get
        {
            clients.Start();
            return registry;
        }
    }

    public IReadOnlyList<CircuitSnapshot> GetAll() => Started.GetAll();

    public CircuitSnapshot? Find(string serviceName, string? authority = null) => Started.Find(serviceName, authority);

    public void Isolate(string serviceName, string reason, TimeSpan? duration = null, string? authority = null) =>
        Started.Isolate(serviceName, reason, duration, authority);

    public void Reset(string serviceName, string? authority = null) => Started.Reset(serviceName, authority);
}
