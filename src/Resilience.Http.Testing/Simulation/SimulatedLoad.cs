namespace Resilience.Http.Testing;

/// <summary>How often a <see cref="SimulatedService"/> is called, and for how long.</summary>
public abstract record SimulatedLoad
{
    private SimulatedLoad(TimeSpan length) => Length = length;

    /// <summary>For how long calls begin.</summary>
    public TimeSpan Length { get; }

    /// <summary>
    /// So many calls in each second, however long earlier calls take: the load that many independent users make. Each call begins at a
    /// random instant of its share of the second.
    /// </summary>
    /// <param name="callsPerSecond">The calls of all replicas together.</param>
    /// <param name="length">For how long calls begin.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of calls is not a positive number.</exception>
    public static SimulatedLoad Open(double callsPerSecond, TimeSpan length) => callsPerSecond > 0 && double.IsFinite(callsPerSecond)
        ? new Rate(callsPerSecond, length)
        : throw new ArgumentOutOfRangeException(nameof(callsPerSecond), callsPerSecond, "The calls per second must be more than 0.");

    /// <summary>So many callers, each of which calls again when its call has ended: the load of a batch job or of worker threads.</summary>
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
