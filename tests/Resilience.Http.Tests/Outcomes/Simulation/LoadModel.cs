namespace Resilience.Http.Tests.Outcomes.Simulation;

/// <summary>Who calls how often, and for how long.</summary>
internal abstract record LoadModel(TimeSpan Length)
{
    /// <summary>So many calls in each second, each at a random instant of its slot, however long earlier calls take.</summary>
    public sealed record Open(double CallsPerSecond, TimeSpan Length) : LoadModel(Length);

    /// <summary>So many callers, each of which calls again this long after its call has ended.</summary>
    public sealed record Closed(int Callers, TimeSpan Pause, TimeSpan Length) : LoadModel(Length);
}
