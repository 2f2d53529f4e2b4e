using Resilience.Http.CircuitBreaker;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>Ours: a permit and a success, without a lock. The one reading of the clock, which the chain shares with others, is counted here.</summary>
internal sealed class CircuitPart(HttpCircuitBreakerOptions options, TimeProvider clock) : IPart
{
    private readonly Circuit _circuit = new(new("parts", "http://localhost", "http://localhost"), options, clock, () => 0, (_, _) => { });

    public void Repeat(int times)
    {
        for (var i = 0; i < times; i++)
        {
            var now = clock.GetTimestamp();
            if (_circuit.TryAcquire(now, TimeSpan.Zero, out var permit, out _) == Admission.Granted)
            {
                _circuit.Succeed(permit, now);
            }
        }
    }
}
