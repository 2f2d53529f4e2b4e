namespace Resilience.Http.Testing;

/// <summary>
/// A service with one address for <see cref="Simulate"/>: backends behind a balancer without health checks, each with workers and a queue.
/// </summary>
public sealed record SimulatedService
{
    /// <summary>The number of backends behind the address.</summary>
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

    /// <summary>How many requests can wait for a worker of one backend. Further requests are answered with 503.</summary>
    /// <value>Default: <see cref="int.MaxValue"/>, no limit.</value>
    public int QueueLimit { get; init; } = int.MaxValue;

    /// <summary>The time that a 503 of a full queue costs the backend, as a share of the service time.</summary>
    /// <value>Default: 0.1.</value>
    public double RejectionCost { get; init; } = 0.1;

    /// <summary>Whether the service also processes requests that their caller has abandoned.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool ServesAbandoned { get; init; }

    /// <summary>The faults, and when they occur.</summary>
    /// <value>Default: nothing.</value>
    public IReadOnlyList<SimulatedFault> Faults { get; init; } = [];

    /// <summary>Creates a service of one backend with a capacity in requests per second.</summary>
    /// <param name="requestsPerSecond">The capacity.</param>
    /// <param name="workers">How many requests it processes at a time. With more workers, each request takes longer.</param>
    public static SimulatedService WithCapacity(double requestsPerSecond, int workers = 8) =>
        new() { Workers = workers, ServiceTime = SimulatedLatency.Typical(TimeSpan.FromSeconds(workers / requestsPerSecond)) };
}
