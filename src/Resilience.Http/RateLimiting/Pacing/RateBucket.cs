using Resilience.Http.Pipeline;

namespace Resilience.Http.RateLimiting.Pacing;

/// <summary>The rate of one authority, or of the whole service, with the sends that wait for it.</summary>
internal sealed class RateBucket(string authority, string tag, HttpRateLimitOptions options, ResilienceRuntime host) : IAuthorityState
{
    private volatile HttpRateLimitOptions _options = options;

    public string Authority => authority;

    /// <summary>The authority as metrics name it.</summary>
    public string Tag => tag;

    public PacedQueue<TokenBucket> Queue { get; } = new(
        new(TokenRate.From(options, host.Clock), host.Clock.GetTimestamp()), host.Clock, host.Shutdown);

    public HttpRateLimitOptions Options => _options;

    /// <summary>How much of the burst is used up by now. If sends wait, all of it is.</summary>
    public double Utilization => Queue.Look(static (bucket, now) => bucket.UtilizationAt(now));

    public bool TryRetire() => Queue.TryRetire(static (bucket, now) => bucket.IsFull(now));

    /// <summary>Puts other options in force. If they set no rate, all that wait for one may go.</summary>
    public void Use(HttpRateLimitOptions options)
    {
        _options = options;
        Queue.TryChange(static (bucket, rate, now) => bucket.Change(rate, now), TokenRate.From(options, host.Clock));
    }
}
