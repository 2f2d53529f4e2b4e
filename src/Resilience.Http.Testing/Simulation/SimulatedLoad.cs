namespace Resilience.Http.Testing;

/// <summary>How often a <see cref="SimulatedService"/> is called, and for how long.</summary>
public abstract record SimulatedLoad
{
    private SimulatedLoad(TimeSpan length) => Length = length;

    /// <summary>For how long calls begin.</summary>
    public TimeSpan Length { get; }

    /// <summary>
    /// A fixed number of calls per second, however long earlier calls take, as many independent users cause it. The calls are spread over
    /// the second at random.
    /// </summary>
    /// <param name="callsPerSecond">The calls of all replicas together.</param>
    /// <param name="length">For how long calls begin.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of calls is not a positive number.</exception>
    public static SimulatedLoad Open(double callsPerSecond, TimeSpan length) => callsPerSecond > 0 && double.IsFinite(callsPerSecond)
        ? new Rate(callsPerSecond, length)
        : throw new ArgumentOutOfRangeException(nameof(callsPerSecond), callsPerSecond, "The calls per second must be more than 0.");

    /// <summary>A fixed number of callers. Each calls again when its call has ended, like a batch job or worker threads.</summary>
    /// <param name="callers">The callers of all replicas together.</param>
    /// <param name="pause">How long a caller waits between two calls.</param>
    /// <param name="length">For how long calls begin.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no callers, or the pause is negative.</exception>
    public static SimulatedLoad Closed(int callers, TimeSpan pause, TimeSpan length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(callers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pause, TimeSpan.Zero);
        return new Loop(callers, pause, length);
    }

    internal sealed record Rate(double CallsPerSecond, TimeSpan Length) : SimulatedLoad(Length);

    internal sealed record Loop(int Callers, TimeSpan Pause, TimeSpan Length) : SimulatedLoad(Length);
}
