using Resilience.Http.RateLimiting.Pacing;

namespace Resilience.Http.Tests.RateLimiting.Pacing;

/// <summary>A token bucket that notes when each token was taken.</summary>
internal sealed class RecordedPace(TokenBucket bucket) : IPace
{
    public List<long> TakenAt { get; } = [];

    public TokenBucket Bucket => bucket;

    public long SlotAt(long now, int ahead) => bucket.SlotAt(now, ahead);

    public void Take(long now)
    {
        TakenAt.Add(now);
        bucket.Take(now);
    }

    public void GiveBack(long now, long takenAt)
    {
        TakenAt.RemoveAt(TakenAt.Count - 1);
        bucket.GiveBack(now, takenAt);
    }
}
