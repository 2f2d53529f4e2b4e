using Resilience.Http.Pipeline;

namespace Resilience.Http.RateLimiting.Pacing;

/// <summary>The rate of one authority, of the whole service, or of all its replicas, with the sends that wait for it.</summary>
internal sealed class RateBucket : IAuthorityState
{
    private readonly TimeProvider _clock;
    private readonly PermitSourceSlot _slot;
    private volatile HttpRateLimitOptions _options;

    public RateBucket(string service, string authority, string tag, HttpRateLimitOptions options, ResilienceRuntime host)
    {
        (Service, Authority, Tag, _clock, _options) = (service, authority, tag, host.Clock, options);
        _slot = host.GetOrCreate(static _ => new PermitSourceSlot());
        var pace = new RatePace(TokenRate.From(options, _clock), IsShared, _slot, _clock.GetTimestamp());
        Queue = new(pace, _clock, host.Shutdown, RequestPermits);
    }

    public string Service { get; }

    public string Authority { get; }

    /// <summary>The authority as metrics name it.</summary>
    public string Tag { get; }

    public PacedQueue<RatePace> Queue { get; }

    public HttpRateLimitOptions Options => _options;

    /// <summary>Whether all replicas of the app share the rate.</summary>
    public bool IsShared => _options is { Enabled: true, Permits: not null, Scope: HttpRateLimitScope.Fleet };

    /// <summary>How much of the burst is used up by now. If sends wait, all of it is.</summary>
    public double Utilization => Queue.Look(static (pace, now) => pace.UtilizationAt(now));

    public bool TryRetire() => Queue.TryRetire(static (pace, now) => pace.IsFull(now));

    /// <summary>Puts other options in force. If they set no rate, all that wait for one may go.</summary>
    public void Use(HttpRateLimitOptions options)
    {
        _options = options;
        Queue.TryChange(
            static (pace, rate, now) => pace.Change(rate.Rate, rate.IsShared, now), (Rate: TokenRate.From(options, _clock), IsShared));
    }

    private void RequestPermits()
    {
        if (IsShared)
        {
            _slot.Source?.OnWaiting(this);
        }
    }
}
