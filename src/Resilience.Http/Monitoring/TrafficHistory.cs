using Resilience.Http.Pipeline;

namespace Resilience.Http.Monitoring;

/// <summary>
/// The last minute of one service: a ring of seconds, and the counts of its latency buckets every 15 seconds. With the counters it takes
/// less than 4 KB.
/// </summary>
internal sealed class TrafficHistory(ServiceTraffic traffic)
{
    public const int Seconds = 60;
    private const int Slices = 4;
    private const int SliceSeconds = Seconds / Slices;

    private readonly Lock _gate = new();
    private readonly TrafficSecond[] _samples = new TrafficSecond[Seconds];
    private readonly uint[] _latencies = new uint[Slices * LatencyBuckets.Count];
    private TrafficTotals _totals;
    private uint _steps;
    private long _seconds;

    public static TrafficHistory GetOrCreate(ServiceState service) =>
        service.GetOrCreate(static service => new TrafficHistory(service.CountTraffic()));

    /// <summary>Ends the current second. If several have passed since the last one, the traffic counts for the last of them.</summary>
    /// <param name="second">How many seconds have ended since the monitor began.</param>
    public void Advance(long second)
    {
        lock (_gate)
        {
            if (second <= _seconds)
            {
                return;
            }

            var steps = traffic.Steps;
            var isIdle = steps == _steps && second == _seconds + 1 && second % SliceSeconds != 0;
            _steps = steps; // Read before the counts: what happens in between is found the next time.
            if (isIdle)
            {
                _samples[_seconds++ % Seconds] = default;
                return;
            }

            Read_NeedsLock(second);
        }
    }

    /// <summary>The seconds that have ended, the oldest first.</summary>
    public TrafficSecond[] Samples()
    {
        lock (_gate)
        {
            var samples = new TrafficSecond[(int)Math.Min(_seconds, Seconds)];
            for (var i = 0; i < samples.Length; i++)
            {
                samples[i] = _samples[(_seconds - samples.Length + i) % Seconds];
            }

            return samples;
        }
    }

    /// <summary>Of the calls that ended in the last 45 to 60 seconds.</summary>
    public CallLatency? Latency()
    {
        Span<uint> counts = stackalloc uint[LatencyBuckets.Count];
        lock (_gate)
        {
            TrafficTotals.Read(traffic, counts);
            var oldest = Slice(_seconds + SliceSeconds);
            for (var bucket = 0; bucket < counts.Length; bucket++)
            {
                counts[bucket] -= oldest[bucket];
            }
        }

        return LatencyBuckets.Percentile(counts, 0.5) is { } median
            ? new(median, LatencyBuckets.Percentile(counts, 0.95)!.Value, LatencyBuckets.Percentile(counts, 0.99)!.Value)
            : null;
    }

    private void Read_NeedsLock(long second)
    {
        Span<uint> latencies = stackalloc uint[LatencyBuckets.Count];
        var before = _totals;
        _totals = TrafficTotals.Read(traffic, latencies);
        for (_seconds = Math.Max(_seconds, second - Seconds); _seconds < second; _seconds++)
        {
            _samples[_seconds % Seconds] = _seconds == second - 1 ? _totals.Since(before) : default;
            if ((_seconds + 1) % SliceSeconds == 0)
            {
                latencies.CopyTo(Slice(_seconds + 1));
            }
        }
    }

    private Span<uint> Slice(long second) =>
        _latencies.AsSpan((int)(second / SliceSeconds % Slices) * LatencyBuckets.Count, LatencyBuckets.Count);
}
