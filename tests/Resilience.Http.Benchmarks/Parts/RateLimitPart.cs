using Resilience.Http.RateLimiting.Pacing;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>Ours: a token taken from a bucket that never runs empty. The clock is read for each, under the lock.</summary>
internal sealed class RateLimitPart(TimeProvider clock) : IPart
{
    private readonly PacedQueue<TokenBucket> _queue =
        new(new(new(Permits: 1_000_000, Period: clock.TimestampFrequency / 1000, Burst: 1_000_000), clock.GetTimestamp()), clock);

    public void Repeat(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _queue.TryTake(out _);
        }
    }
}
