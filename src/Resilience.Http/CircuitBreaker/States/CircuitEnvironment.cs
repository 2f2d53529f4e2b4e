using Resilience.Http.CircuitBreaker.Counting;

namespace Resilience.Http.CircuitBreaker.States;

/// <summary>
/// What all periods of a circuit go by: its name, the options in force, the clock, chance, and how much goes through it. It is the base of
/// <see cref="Circuit"/> and not an object beside it, because a service may have a thousand circuits.
/// </summary>
internal abstract class CircuitEnvironment(CircuitKey name, HttpCircuitBreakerOptions options, CircuitRuntime runtime)
{
    private volatile HttpCircuitBreakerOptions _options = options;
    private InFlightCounter _traffic = new();

    public CircuitKey Name { get; } = name;

    /// <summary>The options in force.</summary>
    public HttpCircuitBreakerOptions Options
    {
        get => _options;
        protected set => _options = value;
    }

    public TimeProvider Clock => runtime.Clock;

    public ref InFlightCounter Traffic => ref _traffic;

    protected TransitionHandler Listener => runtime.Listener;

    /// <summary>A number from 0 (included) to 1 (excluded).</summary>
    public double Chance() => runtime.Chance();

    /// <summary>The wall clock's reading at a timestamp of the past.</summary>
    public DateTimeOffset TimeOf(long timestamp) => Clock.GetUtcNow() - Clock.GetElapsedTime(timestamp);
}
