using Resilience.Http.Pipeline;

namespace Resilience.Http.Monitoring;

/// <summary>The counts of a service at one moment. They wrap around, and differences are right all the same.</summary>
internal readonly record struct TrafficTotals(
    uint Succeeded, uint Failed, uint Rejected, uint Retried, uint Hedged, uint FallbackAnswered)
{
    /// <summary>Reads the counts, and adds the calls that ended to their buckets.</summary>
    public static TrafficTotals Read(ServiceTraffic traffic, Span<uint> latencies) => new(
        traffic.AddSucceeded(latencies),
        traffic.AddFailed(latencies),
        traffic.Total(TrafficEvent.Rejected),
        traffic.Total(TrafficEvent.Retried),
        traffic.Total(TrafficEvent.Hedged),
        traffic.Total(TrafficEvent.FallbackAnswered));

    public TrafficSecond Since(TrafficTotals before) => unchecked(new()
    {
        Succeeded = (int)(Succeeded - before.Succeeded),
        Failed = (int)(Failed - before.Failed),
        Rejected = (int)(Rejected - before.Rejected),
        Retried = (int)(Retried - before.Retried),
        Hedged = (int)(Hedged - before.Hedged),
        FallbackAnswered = (int)(FallbackAnswered - before.FallbackAnswered),
    });
}
