using Resilience.Http.CircuitBreaker.States;

namespace Resilience.Http.Tests.CircuitBreaker.Races;

/// <summary>One circuit, and up to two permits that were taken before the race.</summary>
internal sealed class CircuitRaceState : IRaceState
{
    public CircuitRaceState(CircuitFixture lab, int permits = 0)
    {
        Lab = lab;
        (One, Other) = (permits > 0 ? lab.Acquire() : default, permits > 1 ? lab.Acquire() : default);
    }

    public CircuitFixture Lab { get; }

    public Interleaving Seam => Lab.Seam;

    public CircuitPermit One { get; }

    public CircuitPermit Other { get; }

    /// <summary>Whether the first operation got what it wanted: a permit, or to open the circuit.</summary>
    public bool OneDid { get; set; }

    public bool OtherDid { get; set; }

    public bool TryAcquire() => TryAcquire(out _);

    public bool TryAcquire(out CircuitPermit permit) =>
        Lab.Circuit.TryAcquire(Lab.Clock.GetTimestamp(), TimeSpan.Zero, out permit, out _) == AcquireResult.Granted;
}
