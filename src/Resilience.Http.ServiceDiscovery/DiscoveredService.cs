using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ServiceDiscovery;
using Resilience.Http.ClientSettings;
using Resilience.Http.Pipeline;

namespace Resilience.Http.ServiceDiscovery;

/// <summary>
/// One service and the endpoints that were last found for it. Only the first call waits for a lookup. Later ones go by what is known while
/// a change is looked up, and also if a lookup fails.
/// </summary>
internal sealed class DiscoveredService(
    string name, ServiceEndpointResolver resolver, ServiceDiscoveryOptions options, ILogger? log, CancellationToken end)
{
    private readonly Uri _baseAddress = new($"{name}/");
    private readonly Lock _gate = new();
    private volatile Lookup? _last;
    private Task<Lookup>? _refreshing;
    private volatile bool _failureReported;

    /// <summary>The name cannot be sent as it is, or endpoints were found for it before.</summary>
    private volatile bool _isService = name.Split(':')[0].Contains('+', StringComparison.Ordinal);

    /// <summary>The lookup that is under way; completed if there is none.</summary>
    internal Task Refreshing
    {
        get
        {
            lock (_gate)
            {
                return _refreshing ?? Task.CompletedTask;
            }
        }
    }

    public ValueTask<ResolvedEndpoints?> GetAsync(CancellationToken cancellationToken)
    {
        var last = _last;
        if (last is not null)
        {
            return new(EndpointsOf(FollowChanges(last)));
        }

        return FirstAsync(cancellationToken);
    }

    /// <summary>Asks the resolver each time, since it forgets services that are not asked for, and with them their changes.</summary>
    private Lookup FollowChanges(Lookup last)
    {
        if (!Refreshing.IsCompleted)
        {
            return last;
        }

        var found = resolver.GetEndpointsAsync(name, end);
        if (found.IsCompletedSuccessfully)
        {
            return Take(found.Result);
        }

        _ = RefreshAsync(found.AsTask());
        return last;
    }

    private async ValueTask<ResolvedEndpoints?> FirstAsync(CancellationToken cancellationToken)
    {
        var lookup = await RefreshAsync(null).WaitAsync(cancellationToken).ConfigureAwait(false);
        return EndpointsOf(lookup);
    }

    /// <summary>Looks the service up, once for all who ask at the same time.</summary>
    private Task<Lookup> RefreshAsync(Task<ServiceEndpointSource>? found)
    {
        lock (_gate)
        {
            if (_refreshing is not { IsCompleted: false })
            {
                return _refreshing = LookUpAsync(found).Observed();
            }
        }

        found?.Observed(); // Somebody else was faster. If this one fails too, that is known already.
        lock (_gate)
        {
            return _refreshing!;
        }
    }

    private async Task<Lookup> LookUpAsync(Task<ServiceEndpointSource>? found)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // out of the lock
        try
        {
            var source = await (found ?? resolver.GetEndpointsAsync(name, end).AsTask()).ConfigureAwait(false);
            return Take(source);
        }
        catch (Exception exception)
        {
            return Failed(exception);
        }
    }

    private Lookup Take(ServiceEndpointSource source)
    {
        Lookup lookup;
        Lookup? before;
        lock (_gate)
        {
            before = _last;
            if (ReferenceEquals(before?.Source, source))
            {
                return before!;
            }

            var endpoints = Translate(source);
            lookup = before is not null && before.Endpoints.Endpoints.SequenceEqual(endpoints, SameEndpoint.Instance)
                ? before with { Source = source }
                : Lookup.Create(source, _baseAddress, endpoints);
            _last = lookup;
            _isService |= endpoints.Count > 0;
        }

        if (!source.ChangeToken.HasChanged)
        {
            // A change is looked up when it comes and not with the next call.
            _ = source.ChangeToken.RegisterChangeCallback(static service => _ = ((DiscoveredService)service!).RefreshAsync(null), this);
        }

        Report(before, lookup);
        before?.EndIfReplacedBy(lookup);
        return lookup;
    }

    private Lookup Failed(Exception exception)
    {
        if (_last is not { } last)
        {
            throw new HttpRequestException(
                HttpRequestError.NameResolutionError, $"Service discovery has failed for {name}: {exception.Message}", exception);
        }

        if (!_failureReported && !end.IsCancellationRequested)
        {
            _failureReported = true;
            log?.LookupFailed(name, exception);
        }

        return last;
    }

    private List<HttpEndpoint> Translate(ServiceEndpointSource source) =>
        [.. source.Endpoints.Select(found => DiscoveredEndpoint.From(found, _baseAddress, options)).DistinctBy(EndpointIdentity.Of)];

    private void Report(Lookup? before, Lookup now)
    {
        _failureReported = false;
        var (had, has) = (before?.Endpoints.Endpoints.Count > 0, now.Endpoints.Endpoints.Count > 0);
        if (!has && (had || (before is null && _isService)))
        {
            log?.NothingFound(name);
        }
        else if (has && before is not null && !had)
        {
            log?.FoundAgain(name, now.Endpoints.Endpoints.Count);
        }
    }

    private ResolvedEndpoints? EndpointsOf(Lookup lookup)
    {
        if (lookup.Endpoints.Endpoints.Count > 0)
        {
            return lookup.Endpoints;
        }

        return _isService
            ? throw new HttpRequestException(
                HttpRequestError.NameResolutionError,
                $"Service discovery has found no endpoints for {name}. Check the providers: the configuration section Services:" +
                $"{_baseAddress.Host}, or the records in DNS.")
            : null;
    }

    /// <param name="Source">What the resolver has found; the same object until something changes.</param>
    /// <param name="Endpoints">The same as endpoints of the chain.</param>
    /// <param name="Replaced">Cancelled when others have taken their place. It has no timer, so nothing is left to dispose of.</param>
    private sealed record Lookup(ServiceEndpointSource Source, ResolvedEndpoints Endpoints, CancellationTokenSource Replaced)
    {
        public static Lookup Create(ServiceEndpointSource source, Uri baseAddress, IReadOnlyList<HttpEndpoint> endpoints)
        {
            var replaced = new CancellationTokenSource();
            return new(source, new ResolvedEndpoints(baseAddress, endpoints, replaced.Token), replaced);
        }

        /// <summary>The clients that use these endpoints take over the others, unless they are the same.</summary>
        public void EndIfReplacedBy(Lookup next)
        {
            if (!ReferenceEquals(Endpoints, next.Endpoints))
            {
                Replaced.Cancel();
            }
        }
    }
}
