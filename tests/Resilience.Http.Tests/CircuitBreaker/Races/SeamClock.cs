namespace Resilience.Http.Tests.CircuitBreaker.Races;

/// <summary>A clock with a seam in each reading.</summary>
internal sealed class SeamClock(TimeProvider clock, Interleaving seam) : TimeProvider
{
    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow()
    {
        seam.Pass();
        return clock.GetUtcNow();
    }

    public override long GetTimestamp()
    {
        seam.Pass();
        return clock.GetTimestamp();
    }
}
