namespace Resilience.Http.Fallback;

/// <summary>
/// The last good answers of one service, bounded in entries; those that were not used for longest make room. Everything that happens here
/// has its number, so that an answer which arrives late cannot come back after it was removed.
/// </summary>
internal sealed class StaleResponseCache
{
    /// <summary>How many addresses are remembered as removed. Beyond that, all calls that began before now count as removed.</summary>
    private const int MostRemovals = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<StaleKey, LinkedListNode<Kept>> _byKey = [];
    private readonly LinkedList<Kept> _byUse = [];
    private readonly Dictionary<string, HashSet<StaleKey>> _byAddress = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _removedAt = new(StringComparer.Ordinal);
    private long _allRemovedAt;
    private long _order;

    /// <summary>The number of what happens next.</summary>
    public long Next() => Interlocked.Increment(ref _order);

    public CachedResponse? Find(StaleKey key)
    {
        lock (_gate)
        {
            if (!_byKey.TryGetValue(key, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Answer;
        }
    }

    /// <param name="key">What it is kept under.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="addresses">The addresses by which it is removed.</param>
    /// <param name="calledAt">The number under which its call began.</param>
    /// <param name="most">How many answers are kept at most.</param>
    public void Keep(StaleKey key, CachedResponse answer, string[] addresses, long calledAt, int most)
    {
        lock (_gate)
        {
            if (calledAt < _allRemovedAt || addresses.Any(address => _removedAt.TryGetValue(address, out var at) && calledAt < at))
            {
                return;
            }

            if (_byKey.TryGetValue(key, out var known))
            {
                if (known.Value.Answer.IsNewerThan(answer))
                {
                    return;
                }

                DropUnsynchronized(known);
            }

            while (_byKey.Count >= most)
            {
                DropUnsynchronized(_byUse.Last!);
            }

            AddUnsynchronized(new(key, answer, addresses));
        }
    }

    /// <summary>Removes the answers at these addresses, and those that calls which have begun by now will want to keep there.</summary>
    /// <param name="addresses">The addresses.</param>
    /// <param name="caller">For whom; <see langword="null"/> is everybody.</param>
    public void Remove(IEnumerable<string> addresses, string? caller)
    {
        lock (_gate)
        {
            foreach (var address in addresses)
            {
                RememberUnsynchronized(address);
                if (_byAddress.TryGetValue(address, out var keys))
                {
                    foreach (var key in keys.Where(key => caller is null || key.Caller == caller).ToArray())
                    {
                        DropUnsynchronized(_byKey[key]);
                    }
                }
            }
        }
    }

    /// <summary>Removes all answers, and those that calls which have begun by now will want to keep.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _byKey.Clear();
            _byUse.Clear();
            _byAddress.Clear();
            ForgetRemovalsUnsynchronized();
        }
    }

    /// <summary>Removes one answer if it still is the one that is kept.</summary>
    public void Remove(StaleKey key, CachedResponse answer)
    {
        lock (_gate)
        {
            if (_byKey.TryGetValue(key, out var node) && ReferenceEquals(node.Value.Answer, answer))
            {
                DropUnsynchronized(node);
            }
        }
    }

    private void RememberUnsynchronized(string address)
    {
        if (_removedAt.Count >= MostRemovals)
        {
            ForgetRemovalsUnsynchronized();
        }

        _removedAt[address] = Next();
    }

    private void ForgetRemovalsUnsynchronized()
    {
        _removedAt.Clear();
        _allRemovedAt = Next();
    }

    private void AddUnsynchronized(Kept kept)
    {
        _byKey[kept.Key] = _byUse.AddFirst(kept);
        foreach (var address in kept.Addresses)
        {
            if (!_byAddress.TryGetValue(address, out var keys))
            {
                _byAddress[address] = keys = [];
            }

            keys.Add(kept.Key);
        }
    }

    private void DropUnsynchronized(LinkedListNode<Kept> node)
    {
        _byUse.Remove(node);
        _byKey.Remove(node.Value.Key);
        foreach (var address in node.Value.Addresses)
        {
            if (_byAddress.TryGetValue(address, out var keys) && keys.Remove(node.Value.Key) && keys.Count == 0)
            {
                _byAddress.Remove(address);
            }
        }
    }

    private sealed record Kept(StaleKey Key, CachedResponse Answer, string[] Addresses);
}
