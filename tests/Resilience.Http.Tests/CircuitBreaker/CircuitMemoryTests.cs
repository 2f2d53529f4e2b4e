using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.CircuitBreaker;

/// <summary>What a circuit holds: a service may have a thousand.</summary>
public sealed class CircuitMemoryTests
{
    /// <summary>The text of its authority and its place in the table come on top, about 140 bytes.</summary>
    private const int Most = 440;

    [Fact]
    public void A_circuit_that_has_counted_a_success_takes_at_most_440_bytes()
    {
        var (clock, options) = (new VirtualTimeProvider(), new HttpCircuitBreakerOptions());
        var runtime = new CircuitRuntime(clock, static () => 0, static (_, _, _) => { });
        Measure();

        Assert.InRange(Measure(), 1, Most);

        long Measure()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var circuit = new Circuit(CircuitFixture.Name, options, runtime);
            circuit.TryAcquire(clock.GetTimestamp(), TimeSpan.Zero, out var permit, out _);
            circuit.Succeed(permit, clock.GetTimestamp());
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
