using Resilience.Http.ConcurrencyLimit.Adaptive;

namespace Resilience.Http.ConcurrencyLimit;

/// <summary>The permit of the running attempt. It stays with the pooled attempt and is empty while no permit is out.</summary>
internal sealed class HeldPermit
{
    private AuthorityLimiter? _limiter;
    private AdaptiveLimit? _adaptive;

    public void Take(AuthorityLimiter limiter, long startedAt)
    {
        _limiter = limiter;
        if (limiter.Adaptive is { } adaptive)
        {
            _adaptive = adaptive;
            adaptive.OnStarted(startedAt);
        }
    }

    /// <summary>Gives the permit back; a second call does nothing.</summary>
    /// <param name="adaptive">What wants to know how the send ended, if anything does.</param>
    /// <param name="inFlight">How many are in flight without it.</param>
    public AuthorityLimiter? Release(out AdaptiveLimit? adaptive, out int inFlight)
    {
        (var limiter, adaptive, inFlight) = (_limiter, _adaptive, 0);
        (_limiter, _adaptive) = (null, null);
        if (limiter is not null)
        {
            inFlight = limiter.Permits.Release();
        }

        return limiter;
    }
}
