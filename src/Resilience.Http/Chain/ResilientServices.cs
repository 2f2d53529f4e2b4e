using System.Collections.Concurrent;
using Resilience.Http.Requests;

namespace Resilience.Http.Chain;

/// <summary>The services of one container by name, each made when it is first asked for. All clients of one name share one.</summary>
internal sealed class ResilientServices(ResilienceHost host, Func<string, ResilientHttpClientOptions> optionsOf)
{
    private readonly ConcurrentDictionary<string, ResilientService> _services = new(StringComparer.Ordinal);

    public IEnumerable<ResilientService> All => _services.Values;

    /// <remarks>Settings are made outside of any lock, since user code takes part; where two threads made a service, the later one is dropped unused.</remarks>
    public ResilientService Get(string name) =>
        _services.TryGetValue(name, out var service)
            ? service
            : _services.GetOrAdd(name, new ResilientService(name, host, optionsOf(name)));
}
