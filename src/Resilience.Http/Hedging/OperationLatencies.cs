using System.Collections.Concurrent;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Hedging;

/// <summary>The operations of one service by name: at most 100, and the rest share one.</summary>
internal sealed class OperationLatencies(TimeProvider clock)
{
    private const int MostNames = 100;

    private readonly ConcurrentDictionary<string, OperationLatency> _named = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Requests without a name.</summary>
    public OperationLatency Unnamed { get; } = new(clock);

    /// <summary>Requests with a name beyond the first hundred.</summary>
    public OperationLatency Others { get; } = new(clock);

    /// <summary>All of them by name: empty for requests without one, <c>_OTHER</c> for the rest.</summary>
    public IEnumerable<KeyValuePair<string, OperationLatency>> All =>
        [new("", Unnamed), .. _named, new(HttpMethods.Other, Others)];

    public OperationLatency Get(string? name)
    {
        if (name is null)
        {
            return Unnamed;
        }

        return _named.TryGetValue(name, out var known) ? known : Add(name);
    }

    private OperationLatency Add(string name)
    {
        lock (_gate)
        {
            return _named.TryGetValue(name, out var known) || _named.Count >= MostNames
                ? known ?? Others
                : _named[name] = new OperationLatency(clock);
        }
    }
}
