namespace OutageDemo.Downstreams;

/// <summary>What reached a service, counted where it arrives.</summary>
internal sealed class Arrivals(string service)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _keys = [];
    private int _requests;
    private int _repeats;

    /// <summary>Raised for each request, before its fault applies.</summary>
    public event Action<Arrival>? Arrived;

    public void Record(HttpRequest request)
    {
        var arrival = Arrival.Of(service, request);
        lock (_lock)
        {
            _requests++;
            if (arrival.IdempotencyKey is { } key && !_keys.Add(key))
            {
                _repeats++;
            }
        }

        Arrived?.Invoke(arrival);
    }

    public ArrivalCounts Read()
    {
        lock (_lock)
        {
            return new(_requests, _keys.Count, _repeats);
        }
    }
}

/// <param name="Requests">All requests; each attempt of a call counts.</param>
/// <param name="Keys">Distinct idempotency keys.</param>
/// <param name="Repeats">Requests whose key was seen before: retries.</param>
internal readonly record struct ArrivalCounts(int Requests, int Keys, int Repeats);
