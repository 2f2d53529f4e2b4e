using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;
using Resilience.Http.ClientSettings;

namespace Resilience.Http.ServiceDiscovery;

/// <summary>The services of one container, each found when it is first called.</summary>
internal sealed class DiscoveredServices(
    ServiceEndpointResolver resolver, IOptions<ServiceDiscoveryOptions> options, ILoggerFactory? loggerFactory = null) : IDisposable
{
    /// <summary>Bounds memory if somebody else chooses the hosts that a client calls.</summary>
    private const int MostServices = 1_000;

    private readonly ConcurrentDictionary<string, DiscoveredService> _services = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _end = new();
    private readonly ILogger? _log = loggerFactory?.CreateLogger(DiscoveryLog.Category);

    /// <summary>The endpoints for a URI; <see langword="null"/> if it does not name a service.</summary>
    public ValueTask<ResolvedEndpoints?> GetAsync(Uri uri, CancellationToken cancellationToken) =>
        Find(uri).GetAsync(cancellationToken);

    /// <summary>Ends lookups that are under way: the resolver waits for them when it is disposed, and would wait forever.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    internal DiscoveredService Find(Uri uri)
    {
        var name = uri.IsDefaultPort ? $"{uri.Scheme}://{uri.Host}" : $"{uri.Scheme}://{uri.Host}:{uri.Port}";
        if (_services.TryGetValue(name, out var service))
        {
            return service;
        }

        if (_services.Count >= MostServices)
        {
            _services.Clear();
        }

        return _services.GetOrAdd(name, name => new DiscoveredService(name, resolver, options.Value, _log, _end.Token));
    }
}
