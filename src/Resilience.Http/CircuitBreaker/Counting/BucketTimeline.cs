namespace Resilience.Http.CircuitBreaker.Counting;

/// <summary>Cuts time into buckets of one length and numbers them.</summary>
/// <param name="origin">Timestamp at which bucket 0 begins. It also takes everything earlier.</param>
/// <param name="width">Length of a bucket, in ticks of the timestamp.</param>
internal readonly struct BucketTimeline(long origin, long width)
{
    public long NumberAt(long timestamp) => Math.Max(0, (timestamp - origin) / width);

    public long StartOf(long number) => origin + (number * width);
}
