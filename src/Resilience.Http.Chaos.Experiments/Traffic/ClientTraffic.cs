using System.Collections.Concurrent;

namespace Resilience.Http.Chaos.Experiments.Traffic;

/// <summary>The clients of the app by name, for the handlers that count and for the probes that watch.</summary>
internal sealed class ClientTraffic(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, WatchedClient> _clients = new(StringComparer.Ordinal);

    public WatchedClient Client(string name) => _clients.GetOrAdd(name, static (name, clock) => new WatchedClient(name, clock), clock);
}
