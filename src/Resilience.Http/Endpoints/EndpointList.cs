namespace Resilience.Http.Endpoints;

/// <summary>The endpoints behind one base address as they are now. It never changes; an edit makes another.</summary>
internal sealed class EndpointList
{
    private readonly Endpoint[] _all;
    private volatile bool _isTroubled;
    private volatile bool _hasUnknown;

    public EndpointList(
        object source, UriRouter router, IEnumerable<Endpoint> endpoints, HttpEndpointSelection selection, EvenSequence points)
    {
        Points = points;
        Source = source;
        Router = router;
        _all = [.. selection == HttpEndpointSelection.Ordered ? endpoints.OrderBy(static endpoint => endpoint.Order) : endpoints];
        _hasUnknown = Array.Exists(_all, static endpoint => endpoint.State.IsUnknown);
        Groups = selection == HttpEndpointSelection.Ordered ? [.. Ranges(_all)] : [new(0, _all.Length)];
    }

    /// <summary>What the list was made from; a list is up to date if this is still the same object.</summary>
    public object Source { get; }

    public UriRouter Router { get; }

    /// <summary>Where endpoints are drawn; an edit goes on where it was.</summary>
    public EvenSequence Points { get; }

    public ReadOnlySpan<Endpoint> All => _all;

    /// <summary>The endpoints of one order each, the first order first, as ranges of <see cref="All"/>.</summary>
    public Range[] Groups { get; }

    public ReadOnlySpan<Endpoint> First => _all.AsSpan(Groups[0]);

    /// <summary>Some endpoint was seen to let no send through, or only trials. Then all of them are looked at for each send.</summary>
    public bool IsTroubled
    {
        get => _isTroubled;
        set
        {
            if (_isTroubled != value)
            {
                _isTroubled = value;
            }
        }
    }

    /// <summary>The mean latency of the endpoints that have one, in seconds; 0 if none has.</summary>
    public float MeanLatency(uint now, Endpoint? without = null)
    {
        var (sum, count) = (0f, 0);
        foreach (var endpoint in _all)
        {
            if (!ReferenceEquals(endpoint, without) && endpoint.State.Latency(now) is var latency && latency > 0)
            {
                (sum, count) = (sum + latency, count + 1);
            }
        }

        return count == 0 ? 0 : sum / count;
    }

    /// <summary>Endpoints without a history begin with the first latency that is known.</summary>
    public void BeginUnknownWith(float seconds, uint now)
    {
        if (!_hasUnknown)
        {
            return;
        }

        _hasUnknown = false;
        foreach (var endpoint in _all)
        {
            endpoint.State.BeginWith(seconds, now);
        }
    }

    private static IEnumerable<Range> Ranges(Endpoint[] all)
    {
        var start = 0;
        for (var i = 1; i <= all.Length; i++)
        {
            if (i == all.Length || all[i].Order != all[start].Order)
            {
                yield return new(start, i);
                start = i;
            }
        }
    }
}
