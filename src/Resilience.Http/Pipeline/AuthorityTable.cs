using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Resilience.Http.Requests;

namespace Resilience.Http.Pipeline;

/// <summary>
/// One state for each authority of a service, a bounded number of them. Finding one takes no lock and makes no copy of the URI's text.
/// </summary>
/// <param name="create">Makes the state of an authority. Its second argument is the authority as metrics name it.</param>
/// <param name="most">How many states there are at most, besides the one that all further authorities share.</param>
internal sealed class AuthorityTable<T>(Func<string, string, T> create, int most = AuthorityTable<T>.MostAuthorities)
    where T : class, IAuthorityState
{
    /// <summary>Bounds memory and telemetry if the hosts that a client calls are chosen by somebody else.</summary>
    public const int MostAuthorities = 1000;

    /// <summary>Stands in metrics for all authorities that came after as many as a table holds.</summary>
    public const string OtherAuthorities = "other";

    // Sized for one authority, as nearly all tables have.
    private readonly ConcurrentDictionary<string, T> _states = new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal);
    private readonly Queue<string> _oldest = new();
    private readonly Lock _gate = new();
    private volatile T? _first;
    private T? _shared;
    private int _tagged;

    public IEnumerable<T> All => _shared is { } shared ? _states.Values.Append(shared) : _states.Values;

    /// <summary>The state of the URI's authority, or <see langword="null"/> if there is none.</summary>
    public T? Find(Uri uri) => TryFind(uri, out var state) || _states.TryGetValue(Authority.From(uri), out state) ? state : _shared;

    /// <summary>The state of all authorities together, or <see langword="null"/> if there is none.</summary>
    public T? FindAny() => _states.GetValueOrDefault(Authority.AnyAuthority);

    public T GetOrAdd(Uri uri) => TryFind(uri, out var state) ? state : GetOrAdd(Authority.From(uri));

    public T GetOrAdd(string authority)
    {
        if (_states.TryGetValue(authority, out var state))
        {
            return state;
        }

        lock (_gate)
        {
            return _states.TryGetValue(authority, out state) ? state : Add_NeedsLock(authority);
        }
    }

    /// <summary>Drops the state of an authority that is no longer used.</summary>
    /// <returns>Whether there is none now; one that is in use stays.</returns>
    public bool TryForget(string authority)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(authority, out var state))
            {
                return true;
            }

            if (!state.TryRetire())
            {
                return false;
            }

            Remove_NeedsLock(state);
            _tagged--;
            for (var left = _oldest.Count; left > 0; left--)
            {
                if (_oldest.Dequeue() is var kept && kept != authority)
                {
                    _oldest.Enqueue(kept);
                }
            }

            return true;
        }
    }

    private bool TryFind(Uri uri, [NotNullWhen(true)] out T? state)
    {
        // Most services have one authority: a comparison instead of a hash.
        state = _first;
        return (state is not null && Authority.Begins(uri, state.Authority)) || TryFindInTable(uri, out state);
    }

    private bool TryFindInTable(Uri uri, [NotNullWhen(true)] out T? state) =>
        _states.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(Authority.SliceFrom(uri), out state);

    /// <summary>If the table is full of states that are in use, the authorities that come now share one: they stay limited.</summary>
    private T Add_NeedsLock(string authority)
    {
        if (_oldest.Count >= most && !TryDropOne_NeedsLock())
        {
            return _shared ??= create(OtherAuthorities, OtherAuthorities);
        }

        var state = create(authority, _tagged < most ? authority : OtherAuthorities);
        _tagged++;
        _oldest.Enqueue(authority);
        _states[authority] = state;
        _first ??= state;
        return state;
    }

    /// <summary>Each is looked at once, the oldest first; one that stays moves to the end.</summary>
    private bool TryDropOne_NeedsLock()
    {
        for (var left = _oldest.Count; left > 0; left--)
        {
            var authority = _oldest.Dequeue();
            var state = _states[authority];
            if (state.TryRetire())
            {
                Remove_NeedsLock(state);
                return true;
            }

            _oldest.Enqueue(authority);
        }

        return false;
    }

    private void Remove_NeedsLock(T state)
    {
        _states.TryRemove(state.Authority, out _);
        _first = ReferenceEquals(_first, state) ? null : _first;
    }
}
