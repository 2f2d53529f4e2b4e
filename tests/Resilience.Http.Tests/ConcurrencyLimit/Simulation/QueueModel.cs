namespace Resilience.Http.Tests.ConcurrencyLimit.Simulation;

/// <summary>
/// A server with workers and a queue, first come first served, and clients that send at random moments. What a client has given up is
/// worked on all the same. Times are seconds.
/// </summary>
internal sealed record QueueModel
{
    /// <summary>The mean of a service time.</summary>
    public const double ServiceTime = 0.05;

    /// <summary>How many sends the server works on at a time.</summary>
    public required Func<double, int> Workers { get; init; }

    /// <summary>How many sends all clients together begin in a second.</summary>
    public required Func<double, double> Rate { get; init; }

    /// <summary>How long a worker takes.</summary>
    public Func<double, Random, double> Service { get; init; } = static (_, random) => Exponential(random, ServiceTime);

    public int Clients { get; init; } = 1;

    public double Length { get; init; } = 120;

    public double AttemptTimeout { get; init; } = 1;

    /// <summary>This share is canceled by its callers within the first 100 ms.</summary>
    public double CanceledShare { get; init; }

    /// <summary>This share is never answered.</summary>
    public Func<double, double> HangingShare { get; init; } = static _ => 0;

    /// <summary>This share is answered with 503, whatever the load, as by a part of the service that is broken.</summary>
    public Func<double, double> FailingShare { get; init; } = static _ => 0;

    /// <summary>How many may wait at the server; it answers 503 to the rest.</summary>
    public int ServerQueue { get; init; } = int.MaxValue;

    /// <summary>At this time as many sends come at once as the limit allowed last.</summary>
    public double? BurstAt { get; init; }

    public static double Exponential(Random random, double mean) => -Math.Log(1 - random.NextDouble()) * mean;
}
