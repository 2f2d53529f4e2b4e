using System.Collections.Concurrent;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Hedging;

/// <summary>The operations of one service by name: at most 100, and the rest share one.</summary>
internal sealed class OperationLatencies(TimeProvider clock)
{
    private const int MostNames = 100;

    private readonly Lock _gate = new();
    private volatile ConcurrentDictionary<string, OperationLatency>? _named; // Created when a request has a name.
    private volatile OperationLatency? _others;

    /// <summary>Requests without a name.</summary>
    public OperationLatency Unnamed { get; } = new(clock);

    /// <summary>
    /// All of them by name: empty for requests without one, <c>_OTHER</c> for requests with a name beyond the first hundred.
    /// </summary>
    public IEnumerable<KeyValuePair<string, OperationLatency>> All
    {
        get
        {
            yield return new("", Unnamed);
            foreach (var named in _named ?? Enumerable.Empty<KeyValuePair<string, OperationLatency>>())
            {
                yield return named;
            }

            if (_others is { } others)
            {
                yield return new(HttpMethods.Other, others);
            }
        }
    }

    public OperationLatency Get(string? name)
    {
        if (name is null)
        {
            return Unnamed;
        }

        return _named is { } all && all.TryGetValue(name, out var known) ? known : Add(name);
    }

    private OperationLatency Add(string name)
    {
        lock (_gate)
        {
            var all = _named ??= new(StringComparer.Ordinal);
            if (all.TryGetValue(name, out var known))
            {
                return known;
            }

            return all.Count < MostNames ? all[name] = new(clock) : _others ??= new(clock);
        }
    }
}
