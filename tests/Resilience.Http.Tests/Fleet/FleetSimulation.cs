using Resilience.Http.Testing;

namespace Resilience.Http.Tests.Fleet;

/// <summary>Many replicas in virtual time around one store. The same seed gives the same run.</summary>
internal sealed class FleetSimulation : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    public FleetSimulation(int replicas, int seed, Action<HttpCircuitBreakerOptions>? configure = null)
    {
        Store = new(Clock);
        var options = new HttpCircuitBreakerOptions();
        configure?.Invoke(options);
        var random = new Random(seed);
        Replicas = [.. Enumerable.Range(0, replicas).Select(number => new SimulatedReplica(this, number, random.Next(), options))];
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
    }

    public VirtualTimeProvider Clock { get; } = new();

    public InMemoryFleetStore Store { get; }

    public HttpFleetOptions Options { get; } = new() { Enabled = true };

    public IReadOnlyList<SimulatedReplica> Replicas { get; }

    public bool ServiceIsDown { get; set; }

    public long Commands { get; set; }

    /// <summary>What reached the service.</summary>
    public List<(TimeSpan At, int Replica, bool IsTrial)> Sends { get; } = [];

    public IEnumerable<SimulatedReplica> NotClosed => Replicas.Where(replica => replica.State != CircuitState.Closed);

    public bool Answers(SimulatedReplica replica) => !ServiceIsDown && !replica.IsCut;

    public void Sent(SimulatedReplica replica, bool isTrial) => Sends.Add((Clock.Elapsed, replica.Number, isTrial));

    public void Run(double seconds, Action? eachTick = null)
    {
        var end = Clock.Elapsed + TimeSpan.FromSeconds(seconds);
        while (Clock.Elapsed < end)
        {
            Clock.Advance(Tick);
            foreach (var replica in Replicas)
            {
                replica.Step(Clock.Elapsed);
            }

            eachTick?.Invoke();
        }
    }

    /// <summary>Runs until the condition holds.</summary>
    /// <returns>How long that took; at most so many seconds.</returns>
    public double RunUntil(Func<bool> condition, double most)
    {
        var from = Clock.Elapsed;
        while (!condition() && Clock.Elapsed - from < TimeSpan.FromSeconds(most))
        {
            Run(Tick.TotalSeconds);
        }

        return (Clock.Elapsed - from).TotalSeconds;
    }

    public void Dispose()
    {
        foreach (var replica in Replicas)
        {
            replica.Dispose();
        }
    }
}
