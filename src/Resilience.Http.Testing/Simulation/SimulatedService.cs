namespace Resilience.Http.Testing;

/// <summary>
/// A service with one address for <see cref="Simulate"/>: backends behind a balancer without health checks, each with workers and a queue.
/// </summary>
public sealed record SimulatedService
{
    /// <summary>How many backends stand behind the address.</summary>
    /// <value>Default: 1.</value>
    public int Backends { get; init; } = 1;

    /// <summary>How the balancer chooses a backend.</summary>
    /// <value>Default: <see cref="SimulatedBalancing.RoundRobin"/>.</value>
    public SimulatedBalancing Balancing { get; init; }

    /// <summary>How many requests one backend works on at a time.</summary>
    /// <value>Default: 64.</value>
    public int Workers { get; init; } = 64;

    /// <summary>How long a worker takes for one request.</summary>
    /// <value>Default: <see cref="SimulatedLatency.Typical"/> of 20 ms.</value>
    public SimulatedLatency ServiceTime { get; init; } = SimulatedLatency.Typical(TimeSpan.FromMilliseconds(20));

    /// <summary>How many requests one backend lets wait for a worker; it answers 503 to more.</summary>
    /// <value>Default: <see cref="int.MaxValue"/>, no limit.</value>
    public int QueueLimit { get; init; } = int.MaxValue;

    /// <summary>What a 503 of a full queue costs the backend, as a share of the service time.</summary>
    /// <value>Default: 0.1.</value>
    public double RejectionCost { get; init; } = 0.1;

    /// <summary>Whether requests that their caller has given up are worked on all the same.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool ServesAbandoned { get; init; }

    /// <summary>What goes wrong, and when.</summary>
    /// <value>Default: nothing.</value>
    public IReadOnlyList<SimulatedFault> Faults { get; init; } = [];

    /// <summary>A service of one backend that can answer so many requests in a second.</summary>
    /// <param name="requestsPerSecond">The capacity.</param>
    /// <param name="workers">How many requests it works on at a time: with more workers, each takes longer.</param>
    public static SimulatedService WithCapacity(double requestsPerSecond, int workers = 8) =>
        new() { Workers = workers, ServiceTime = SimulatedLatency.Typical(TimeSpan.FromSeconds(workers / requestsPerSecond)) };
}
