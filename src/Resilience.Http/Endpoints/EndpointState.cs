namespace Resilience.Http.Endpoints;

/// <summary>What is known about an endpoint. It lives with the service: an edit of the list keeps it for the endpoints that stay.</summary>
internal sealed class EndpointState
{
    private PeakAverage _latency;
    private int _inFlight;
    private long _blockedSince = long.MinValue;

    /// <summary>How many sends have been given to the endpoint and not come back.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Whether there is no latency average yet.</summary>
    public bool IsUnknown => _latency.IsEmpty;

    /// <summary>The latency average in seconds; 0 if there is none.</summary>
    public float Latency(uint now) => _latency.Get(now);

    public void Enter() => Interlocked.Increment(ref _inFlight);

    /// <returns>How many sends are left.</returns>
    public int Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>A send was answered.</summary>
    public void AddLatency(float seconds, uint now) => _latency.Add(seconds, now);

    /// <summary>A send failed, or was cut: an endpoint that fails fast does not look fast.</summary>
    public void AddLatencyOfFailure(float seconds, uint now) => _latency.Add(seconds, now, raiseOnly: true);

    /// <summary>It has no history of its own, so it begins with that of the others.</summary>
    public void BeginWith(float seconds, uint now) => _latency.SetIfEmpty(seconds, now);

    /// <summary>It lets no send through, or only trials.</summary>
    public void Blocked(long now) => Interlocked.CompareExchange(ref _blockedSince, now, long.MinValue);

    /// <summary>It lets sends through.</summary>
    /// <returns>Since when it did not; <see langword="null"/> if it did before.</returns>
    public long? Opened()
    {
        if (Volatile.Read(ref _blockedSince) == long.MinValue)
        {
            return null;
        }

        var since = Interlocked.Exchange(ref _blockedSince, long.MinValue);
        return since == long.MinValue ? null : since;
    }

    /// <summary>After an outage, what was measured before it says nothing.</summary>
    public void Restart(float seconds, uint now) => _latency.Set(seconds, now);
}
