namespace Resilience.Http.Tests.Outcomes.Simulation;

/// <summary>How long a worker takes for one request: half of the mean always, the rest exponentially distributed.</summary>
internal readonly record struct LatencyModel(TimeSpan Mean)
{
    public TimeSpan Draw(Random random) => Mean * (0.5 - (0.5 * Math.Log(1 - random.NextDouble())));
}
