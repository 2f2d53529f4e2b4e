using Resilience.Http.Requests;

namespace Resilience.Http.Pipeline;

/// <summary>One state for each authority of a service, a bounded number of them. Finding one takes no lock.</summary>
/// <param name="service">The service.</param>
/// <param name="create">Makes the state of an authority of the service. Its last argument is the authority as metrics name it.</param>
/// <param name="most">How many states there are at most, besides the one that all further authorities share.</param>
internal sealed class AuthorityTable<T>(
    ServiceState service, Func<ServiceState, string, string, T> create, int most = AuthorityTable<T>.MostAuthorities)
    where T : class, IAuthorityState
{
    /// <summary>Bounds memory and telemetry if the hosts that a client calls are chosen by somebody else.</summary>
    public const int MostAuthorities = 1000;

    /// <summary>Stands in metrics for all authorities that came after as many as a table holds.</summary>
    public const string OtherAuthorities = "other";

    private readonly AuthorityMap<T> _states = new();
    private readonly Lock _gate = new();
    private T? _shared;
    private int _tagged;

    public IEnumerable<T> All => _shared is { } shared ? _states.All.Append(shared) : _states.All;

    /// <summary>The state of the URI's authority, or <see langword="null"/> if there is none.</summary>
    public T? Find(Uri uri) => _states.TryFind(uri, out var state) || _states.TryFind(Authority.From(uri), out state) ? state : _shared;

    /// <summary>The state of all authorities together, or <see langword="null"/> if there is none.</summary>
    public T? FindAny() => _states.TryFind(Authority.AnyAuthority, out var state) ? state : null;

    public T GetOrAdd(Uri uri) => _states.TryFind(uri, out var state) ? state : GetOrAdd(Authority.From(uri));

    public T GetOrAdd(string authority)
    {
        if (_states.TryFind(authority, out var state))
        {
            return state;
        }

        lock (_gate)
        {
            return _states.TryFind(authority, out state) ? state : Add_NeedsLock(authority);
        }
    }

    /// <summary>Drops the state of an authority that is no longer used.</summary>
    /// <returns>Whether there is none now; one that is in use stays.</returns>
    public bool TryForget(string authority)
    {
        lock (_gate)
        {
            if (!_states.TryFind(authority, out var state))
            {
                return true;
            }

            if (!state.TryRetire())
            {
                return false;
            }

            _states.Remove_NeedsLock(state);
            _tagged--;
            return true;
        }
    }

    /// <summary>If the table is full of states that are in use, the authorities that come now share one: they stay limited.</summary>
    private T Add_NeedsLock(string authority)
    {
        if (_states.Count >= most && !_states.TryRetireOne_NeedsLock())
        {
            return _shared ??= create(service, OtherAuthorities, OtherAuthorities);
        }

        var state = create(service, authority, _tagged < most ? authority : OtherAuthorities);
        _tagged++;
        _states.Add_NeedsLock(state);
        return state;
    }
}
