using Resilience.Http.Benchmarks.Contenders;
using Resilience.Http.CircuitBreaker;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>Ours: permits and successes counted in a row per processor, no lock while all goes well.</summary>
internal sealed class StripedBreaker(TimeProvider clock) : IPart
{
    private readonly Circuit _circuit = new(
        new CircuitName("bench", "https://service.test", "https://service.test"),
        new HttpCircuitBreakerOptions
        {
            FailureRatio = Figures.FailureRatio,
            MinimumThroughput = Figures.MinimumThroughput,
            SamplingWindow = Figures.SamplingWindow,
        },
        clock,
        static () => 0,
        static (_, _) => { });

    public void Repeat(int times)
    {
        var now = clock.GetTimestamp();
        for (var i = 0; i < times; i++)
        {
            if (_circuit.TryAcquire(now, Figures.AttemptTimeout, out var permit, out _) == Admission.Granted)
            {
                _circuit.Succeed(permit, now);
            }
        }
    }
}
