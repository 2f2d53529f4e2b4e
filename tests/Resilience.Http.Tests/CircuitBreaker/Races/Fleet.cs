using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker.Races;

/// <summary>The circuits of a service that has met one authority.</summary>
internal sealed class Fleet : IRaceState
{
    private readonly VirtualTimeProvider _clock = new();

    public Fleet(int most)
    {
        var host = new ResilienceRuntime(new SeamClock(_clock, Seam));
        var runtime = new CircuitRuntime(host.Clock, host.Chance, (_, _, _) => Seam.Pass());
        Circuits = new(new ServiceState("payments", host, new()), runtime, most);
        CallAndForget("https://old.internal/");
    }

    public Interleaving Seam { get; } = new();

    public ServiceCircuits Circuits { get; }

    public CircuitPermit? One { get; set; }

    public CircuitPermit? Other { get; set; }

    public CircuitPermit? TryAcquire(string uri) =>
        Circuits.TryAcquire(new(uri), HttpCircuitBreakerScope.Authority, _clock.GetTimestamp(), TimeSpan.Zero, out var permit, out _)
            ? permit
            : null;

    public void Fail(CircuitPermit permit) => permit.Circuit.Fail(permit, _clock.GetTimestamp(), CircuitFixture.Failure);

    public void CallAndForget(string uri)
    {
        if (TryAcquire(uri) is { } permit)
        {
            permit.Circuit.Ignore(permit);
        }
    }

    public void CallNewAuthorities()
    {
        for (var host = 0; host < 10; host++)
        {
            CallAndForget($"https://new{host}.internal/");
        }
    }

    public int Count(CircuitState state) => Circuits.Snapshots().Count(circuit => circuit.State == state);
}
