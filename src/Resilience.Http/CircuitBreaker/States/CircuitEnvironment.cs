using Resilience.Http.CircuitBreaker.Counting;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>What all periods of a circuit go by: its name, the options in force, the clock, chance, and how much goes through it.</summary>
internal sealed class CircuitEnvironment(CircuitKey name, HttpCircuitBreakerOptions options, TimeProvider clock, Func<double> chance)
{
    private volatile HttpCircuitBreakerOptions _options = options;

    public CircuitKey Name { get; } = name;

    public HttpCircuitBreakerOptions Options
    {
        get => _options;
        set => _options = value;
    }

    public TimeProvider Clock { get; } = clock;

    public InFlightCounter Traffic { get; } = new();

    /// <summary>A number from 0 (included) to 1 (excluded).</summary>
    public double Chance() => chance();

    /// <summary>The wall clock's reading at a timestamp of the past.</summary>
    public DateTimeOffset TimeOf(long timestamp) => Clock.GetUtcNow() - Clock.GetElapsedTime(timestamp);
}
