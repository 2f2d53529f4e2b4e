namespace Resilience.Http.Tests.Outcomes.Simulation;

/// <summary>A service with one address: backends behind a balancer without health checks, each with workers and a queue.</summary>
internal sealed record ServiceModel
{
    public int Backends { get; init; } = 1;

    public Balancing Balancing { get; init; }

    /// <summary>How many requests one backend works on at a time.</summary>
    public int Workers { get; init; } = 64;

    public LatencyModel ServiceTime { get; init; } = new(TimeSpan.FromMilliseconds(20));

    /// <summary>How many requests one backend lets wait; it answers 503 to more.</summary>
    public int QueueLimit { get; init; } = int.MaxValue;

    /// <summary>What a 503 for a full queue costs, as a share of the service time.</summary>
    public double RejectionCost { get; init; } = 0.1;

    /// <summary>Whether requests whose caller has given up are worked on all the same.</summary>
    public bool ServesAbandoned { get; init; }

    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>A service of one backend with this capacity.</summary>
    public static ServiceModel WithCapacity(double requestsPerSecond, int workers = 8) =>
        new() { Workers = workers, ServiceTime = new(TimeSpan.FromSeconds(workers / requestsPerSecond)) };
}
