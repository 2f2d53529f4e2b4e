using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.Requests;
using Resilience.Http.Testing;

namespace Resilience.Http.Tests.RateLimiting.Pacing;

/// <summary>A token bucket with its queue, without HTTP around it, on a virtual clock.</summary>
internal sealed class QueueFixture
{
    public QueueFixture(int permits, TimeSpan? per = null, int? burst = null)
    {
        var rate = RateOf(permits, per, burst);
        Pace = new(new(rate, Clock.GetTimestamp()));
        Queue = new(Pace, Clock);
    }

    public VirtualTimeProvider Clock { get; } = new();

    public RecordedPace Pace { get; }

    public PacedQueue<RecordedPace> Queue { get; }

    /// <summary>When each token was taken, in milliseconds since the start.</summary>
    public double[] TakenAt => [.. Pace.TakenAt.Select(at => Math.Round(Clock.GetElapsedTime(Origin, at).TotalMilliseconds, 3))];

    private long Origin { get; init; } = new VirtualTimeProvider().GetTimestamp();

    public void Edit(int permits, TimeSpan? per = null, int? burst = null) =>
        Queue.TryChange(static (pace, rate, now) => pace.Bucket.Change(rate, now), RateOf(permits, per, burst));

    /// <summary>Takes tokens until there are none.</summary>
    public int TakeAll()
    {
        var taken = 0;
        while (Queue.TryTake(out _))
        {
            taken++;
        }

        return taken;
    }

    public Task<QueueResult> Enter(
        int limit = int.MaxValue, TimeSpan? within = null, bool async = true, CancellationToken cancellationToken = default) =>
        Queue.EnterAsync(limit, DeadlineIn(within), TimeSpan.MaxValue, async, cancellationToken);

    private long DeadlineIn(TimeSpan? within) =>
        within is { } time ? Clock.After(Clock.GetTimestamp(), time) : Timestamps.Never;

    private TokenRate RateOf(int permits, TimeSpan? per, int? burst) =>
        new(permits, (per ?? TimeSpan.FromSeconds(1)).Ticks, burst ?? permits);
}
