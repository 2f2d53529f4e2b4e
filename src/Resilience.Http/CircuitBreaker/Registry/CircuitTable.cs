using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Requests;

namespace Resilience.Http.CircuitBreaker.Registry;

/// <summary>Circuits by authority, a bounded number of them. Finding one takes no lock.</summary>
internal sealed class CircuitTable(int most)
{
    /// <summary>As many comparisons cost less than a hash.</summary>
    private const int Few = 4;

    private volatile Circuit[] _few = [];
    private volatile ConcurrentDictionary<string, Circuit>? _many; // Made when there are more than a few, which is rare. Then it has all.
    private volatile int _count;
    private long _uses;

    public IEnumerable<Circuit> All => _many?.Values ?? (IEnumerable<Circuit>)_few;

    public bool IsFull => _count >= most;

    /// <summary>
    /// Finds the circuit of a URI by the text of the URI, without a copy of it. Where the URI spells its authority in another way it finds
    /// none.
    /// </summary>
    public bool TryFind(Uri uri, [NotNullWhen(true)] out Circuit? circuit)
    {
        // Most services have one authority, or a few endpoints: comparisons instead of a hash.
        foreach (var each in _few)
        {
            if (Authority.Begins(uri, each.Name.Authority))
            {
                circuit = each;
                NoteUse(circuit);
                return true;
            }
        }

        return TryFindAmongMany(Authority.SliceFrom(uri), out circuit);
    }

    public bool TryFind(ReadOnlySpan<char> authority, [NotNullWhen(true)] out Circuit? circuit)
    {
        foreach (var each in _few)
        {
            if (authority.SequenceEqual(each.Name.Authority))
            {
                circuit = each;
                NoteUse(circuit);
                return true;
            }
        }

        return TryFindAmongMany(authority, out circuit);
    }

    /// <summary>
    /// Adds a circuit, if need be in place of the one not used for longest among those that are closed and have nothing in flight, or else
    /// among those whose break has ended and which are no longer called.
    /// </summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="always">Also where there is no room and none may go.</param>
    /// <returns>Whether it is kept.</returns>
    public bool TryAdd_NeedsLock(Circuit circuit, bool always = false)
    {
        if (IsFull && TryDropOne_NeedsLock())
        {
            _count--;
        }
        else if (IsFull && !always)
        {
            return false;
        }

        _count++;
        circuit.LastUse = Interlocked.Increment(ref _uses);
        if (_many is null && _count <= Few)
        {
            _few = [.. _few, circuit];
            return true;
        }

        // First listed, then shortened: who looks for a circuit looks at the few first.
        var all = _many ?? new(_few.Select(static each => KeyValuePair.Create(each.Name.Authority, each)), StringComparer.Ordinal);
        all[circuit.Name.Authority] = circuit;
        _many = all;
        _few = [_few.FirstOrDefault(circuit)];
        return true;
    }

    /// <returns>Whether there is no circuit of that authority now; one with something in flight stays.</returns>
    public bool TryRemove_NeedsLock(string authority)
    {
        if (!TryFind(authority, out var circuit))
        {
            return true;
        }

        if (!circuit.TryRetire(whateverState: true))
        {
            return false;
        }

        Remove_NeedsLock(circuit);
        _count--;
        return true;
    }

    private bool TryFindAmongMany(ReadOnlySpan<char> authority, [NotNullWhen(true)] out Circuit? circuit)
    {
        if (_many is { } many && many.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(authority, out circuit))
        {
            NoteUse(circuit);
            return true;
        }

        circuit = null;
        return false;
    }

    /// <summary>All processors write here, so only where the order of use is about to matter.</summary>
    private void NoteUse(Circuit circuit)
    {
        if (_count > most / 2)
        {
            circuit.LastUse = Interlocked.Increment(ref _uses);
        }
    }

    private void Remove_NeedsLock(Circuit circuit)
    {
        _many?.TryRemove(circuit.Name.Authority, out _);
        _few = [.. _few.Where(each => each != circuit)];
    }

    private bool TryDropOne_NeedsLock()
    {
        // Half-open ones would stay for good where their hosts are gone, and in the end leave no room for any other.
        var idle = All.Where(static circuit => circuit.InFlight == 0);
        foreach (var dropped in idle.OrderByDescending(static circuit => circuit.IsClosed).ThenBy(static circuit => circuit.LastUse))
        {
            if (dropped.TryRetire())
            {
                Remove_NeedsLock(dropped);
                return true;
            }
        }

        return false;
    }
}
