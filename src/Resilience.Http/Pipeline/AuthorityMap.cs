using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Resilience.Http.Requests;

namespace Resilience.Http.Pipeline;

/// <summary>
/// States by authority, in the order in which they were added. Finding one takes no lock and makes no copy of the URI's text.
/// </summary>
/// <remarks>
/// Nearly all services have one authority, or a few endpoints: comparing with each costs less than a hash, and their array takes a tenth of
/// the memory of a dictionary with its queue.
/// </remarks>
internal sealed class AuthorityMap<T> where T : class, IAuthorityState
{
    private const int Few = 4;

    private volatile T[] _few = [];
    private volatile ConcurrentDictionary<string, T>? _many; // Holds all of them once there were more than a few.
    private Queue<string>? _order; // Of those in the dictionary.

    public int Count => _many?.Count ?? _few.Length;

    public IEnumerable<T> All
    {
        get
        {
            var few = _few; // Read first: it is emptied last.
            return _many?.Values ?? (IEnumerable<T>)few;
        }
    }

    /// <summary>Finds a state by the text of a URI. If the URI spells its authority in another way, it finds none.</summary>
    public bool TryFind(Uri uri, [NotNullWhen(true)] out T? state)
    {
        foreach (var each in _few)
        {
            if (Authority.Begins(uri, each.Authority))
            {
                state = each;
                return true;
            }
        }

        state = null;
        return _many?.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(Authority.SliceFrom(uri), out state) == true;
    }

    public bool TryFind(string authority, [NotNullWhen(true)] out T? state)
    {
        foreach (var each in _few)
        {
            if (each.Authority == authority)
            {
                state = each;
                return true;
            }
        }

        state = null;
        return _many?.TryGetValue(authority, out state) == true;
    }

    public void Add_NeedsLock(T state)
    {
        if (_many is null && _few.Length < Few)
        {
            _few = [.. _few, state];
            return;
        }

        if (_many is null)
        {
            _order = new(_few.Select(static each => each.Authority));
            _many = new(_few.Select(static each => KeyValuePair.Create(each.Authority, each)), StringComparer.Ordinal);
            _few = []; // After the dictionary is there: a reader finds each state in one of them.
        }

        _many[state.Authority] = state;
        _order!.Enqueue(state.Authority);
    }

    public void Remove_NeedsLock(T state)
    {
        _few = [.. _few.Where(each => each != state)];
        if (_many is not null)
        {
            _many.TryRemove(state.Authority, out _);
            _order = new(_order!.Where(authority => authority != state.Authority));
        }
    }

    /// <summary>Removes the oldest that can be retired.</summary>
    public bool TryRetireOne_NeedsLock()
    {
        if (_many is not { } many)
        {
            var retired = Array.Find(_few, static each => each.TryRetire());
            _few = [.. _few.Where(each => each != retired)];
            return retired is not null;
        }

        // Each is looked at once. One that stays moves to the end.
        for (var left = _order!.Count; left > 0; left--)
        {
            var authority = _order.Dequeue();
            if (many[authority].TryRetire())
            {
                many.TryRemove(authority, out _);
                return true;
            }

            _order.Enqueue(authority);
        }

        return false;
    }
}
