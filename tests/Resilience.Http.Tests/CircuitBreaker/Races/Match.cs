using Resilience.Http.CircuitBreaker;

namespace Resilience.Http.Tests.CircuitBreaker.Races;

/// <summary>One circuit, and up to two permits that were taken before the race.</summary>
internal sealed class Match : IContested
{
    public Match(CircuitLab lab, int permits = 0)
    {
        Lab = lab;
        (One, Other) = (permits > 0 ? lab.Acquire() : default, permits > 1 ? lab.Acquire() : default);
    }

    public CircuitLab Lab { get; }

    public Seam Seam => Lab.Seam;

    public CircuitPermit One { get; }

    public CircuitPermit Other { get; }

    /// <summary>Whether the first operation got what it wanted: a permit, or to open the circuit.</summary>
    public bool OneDid { get; set; }

    public bool OtherDid { get; set; }

    public bool TryAcquire() => TryAcquire(out _);

    public bool TryAcquire(out CircuitPermit permit) =>
        Lab.Circuit.TryAcquire(Lab.Clock.GetTimestamp(), TimeSpan.Zero, out permit, out _) == Admission.Granted;
}
