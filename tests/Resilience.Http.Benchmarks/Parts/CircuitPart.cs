using Resilience.Http.CircuitBreaker.States;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>Ours: permits and successes counted in a row for each processor, no lock while all goes well.</summary>
internal sealed class CircuitPart(HttpCircuitBreakerOptions options, TimeProvider clock) : IPart
{
    private readonly Circuit _circuit = new(
        new("parts", "http://localhost", "http://localhost"), options, new(clock, () => 0, (_, _, _) => { }));

    public void Repeat(int times)
    {
        var now = clock.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            if (_circuit.TryAcquire(now, TimeSpan.Zero, out var permit, out _) == AcquireResult.Granted)
            {
                _circuit.Succeed(permit, now);
            }
        }
    }
}
