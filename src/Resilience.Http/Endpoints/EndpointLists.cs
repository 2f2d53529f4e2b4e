using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Resilience.Http.ClientSettings;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Endpoints;

/// <summary>
/// The endpoints of one service: the lists that are in force, and what is known of each endpoint. An edit keeps what is known of those that
/// stay, and those that go take their circuit along as soon as nothing of them is in flight.
/// </summary>
internal sealed class EndpointLists
{
    /// <summary>Bounds memory if somebody else chooses the hosts that a client calls.</summary>
    private const int MostLists = 1_000;

    /// <summary>The list of the options; those that a source finds are kept by the base address that they are for.</summary>
    private const string Configured = "";

    private readonly ServiceState _service;
    private readonly AuthorityStatusSources _status;
    private readonly ConcurrentDictionary<string, EndpointList> _lists = new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly ILogger _log;
    private volatile EndpointList? _configured;
    private volatile LeavingEndpoint[] _leaving = [];

    private EndpointLists(ServiceState service)
    {
        _service = service;
        _status = AuthorityStatusSources.GetOrCreate(service);
        _log = service.Host.CreateLogger(EndpointLog.Category);
    }

    public static EndpointLists GetOrCreate(ServiceState service) => service.GetOrCreate(static service => new EndpointLists(service));

    /// <summary>The endpoints for a URI; <see langword="null"/> if it is sent as it is.</summary>
    public ValueTask<EndpointList?> FindAsync(Uri uri, CancellationToken cancellationToken)
    {
        var options = _service.Options;
        if (options.Endpoints.Addresses.Count > 0)
        {
            return new(ListOf(options));
        }

        if (options.Endpoints.Source is not { } source)
        {
            return default;
        }

        var found = source.GetAsync(uri, cancellationToken);
        return found.IsCompletedSuccessfully ? new(ListOf(found.Result)) : FindLaterAsync(found);
    }

    /// <summary>Takes over the options in force, as after an edit, and not only with the next send.</summary>
    public static void Refresh(ServiceState service)
    {
        var lists = service.Options.Endpoints.AreInUse ? GetOrCreate(service) : service.Find<EndpointLists>();
        lists?.Refresh();
    }

    private void Refresh()
    {
        var options = _service.Options;
        if (options.Endpoints.Addresses.Count > 0)
        {
            ListOf(options);
        }
        else if (_configured is not null)
        {
            lock (_gate)
            {
                _configured = null;
                Leave_NeedsLock(Configured);
            }
        }

        ForgetIdle();
    }

    /// <summary>Drops the circuits of endpoints that are no longer listed and have nothing in flight.</summary>
    public void ForgetIdle()
    {
        if (_leaving.Length == 0)
        {
            return;
        }

        lock (_gate)
        {
            _leaving = [.. _leaving.Where(left => !IsListed_NeedsLock(left.Authority) && !TryForget(left))];
        }
    }

    private bool TryForget(LeavingEndpoint left) => left.State.InFlight == 0 && _status.TryForget(left.Authority);

    private async ValueTask<EndpointList?> FindLaterAsync(ValueTask<ResolvedEndpoints?> found) =>
        ListOf(await found.ConfigureAwait(false));

    private EndpointList ListOf(ResilientHttpClientOptions options)
    {
        if (_configured is { } list && ReferenceEquals(list.Source, options.Endpoints))
        {
            return list;
        }

        var endpoints = options.Endpoints;
        var baseAddress = options.BaseAddress ?? endpoints.Addresses[0].Address;
        list = Replace(Configured, endpoints, new(baseAddress, [.. endpoints.Addresses]), endpoints.Selection);
        return _configured = list;
    }

    private EndpointList? ListOf(ResolvedEndpoints? resolved)
    {
        if (resolved is null)
        {
            return null;
        }

        var key = KeyOf(resolved);
        if (_lists.TryGetValue(key, out var list) && ReferenceEquals(list.Source, resolved))
        {
            return list;
        }

        list = Replace(key, resolved, resolved, _service.Options.Endpoints.Selection);
        resolved.Replaced.UnsafeRegister(
            static state =>
            {
                var (lists, replaced) = ((EndpointLists, ResolvedEndpoints))state!;
                _ = lists.FollowChangeAsync(replaced);
            },
            (this, resolved));
        return list;
    }

    /// <summary>The source has found other endpoints: those that are gone go now, and not with the next call.</summary>
    private async Task FollowChangeAsync(ResolvedEndpoints replaced)
    {
        if (!IsInForce(replaced) || _service.Options.Endpoints.Source is not { } source)
        {
            return;
        }

        try
        {
            // Mostly known already. A source that has forgotten the service, because it knows too many, looks it up again.
            ListOf(await source.GetAsync(replaced.BaseAddress, CancellationToken.None).ConfigureAwait(false));
        }
        catch (HttpRequestException)
        {
            // There are none now. The next call reports it.
            lock (_gate)
            {
                if (IsInForce(replaced))
                {
                    Leave_NeedsLock(KeyOf(replaced));
                }
            }

            ForgetIdle();
        }
    }

    private bool IsInForce(ResolvedEndpoints resolved) =>
        _lists.TryGetValue(KeyOf(resolved), out var list) && ReferenceEquals(list.Source, resolved);

    private static string KeyOf(ResolvedEndpoints resolved) => resolved.BaseAddress.OriginalString;

    private EndpointList Replace(string key, object source, ResolvedEndpoints resolved, HttpEndpointSelection selection)
    {
        EndpointList list;
        EndpointList? before;
        lock (_gate)
        {
            if (_lists.TryGetValue(key, out before) && ReferenceEquals(before.Source, source))
            {
                return before;
            }

            if (before is null && _lists.Count >= MostLists)
            {
                _lists.Clear();
            }

            list = EndpointListBuilder.Build(_service.Host, source, resolved, selection, before);
            _lists[key] = list;
            Left_NeedsLock(before);
        }

        ForgetIdle();
        if (before is not null)
        {
            _log.LogChange(_service.Name, before, list);
        }

        return list;
    }

    private void Leave_NeedsLock(string key)
    {
        if (_lists.TryRemove(key, out var before))
        {
            Left_NeedsLock(before);
        }
    }

    private void Left_NeedsLock(EndpointList? before)
    {
        foreach (var endpoint in before is null ? [] : before.All)
        {
            if (!IsListed_NeedsLock(endpoint.Authority))
            {
                _leaving = [.. _leaving, new(endpoint.Authority, endpoint.State)];
            }
        }

        if (before is null && _service.Options.BaseAddress is { } address && Authority.Find(address) is { } authority)
        {
            // Until now, calls went there.
            _leaving = IsListed_NeedsLock(authority) ? _leaving : [.. _leaving, new(authority, new EndpointState())];
        }
    }

    private bool IsListed_NeedsLock(string authority)
    {
        foreach (var (_, list) in _lists)
        {
            foreach (var endpoint in list.All)
            {
                if (endpoint.Authority == authority)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private sealed record LeavingEndpoint(string Authority, EndpointState State);
}
