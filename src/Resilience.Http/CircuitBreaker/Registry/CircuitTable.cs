using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Requests;

namespace Resilience.Http.CircuitBreaker.Registry;

/// <summary>Circuits by authority, a bounded number of them. Finding one takes no lock.</summary>
internal sealed class CircuitTable
{
    /// <summary>As many comparisons cost less than a hash.</summary>
    private const int Few = 4;

    // Sized for one circuit, as nearly all tables have.
    private readonly ConcurrentDictionary<string, Circuit> _circuits = new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Circuit>.AlternateLookup<ReadOnlySpan<char>> _byText;
    private readonly int _most;
    private volatile int _count;
    private volatile Circuit[] _few = [];
    private long _uses;

    public CircuitTable(int most)
    {
        _most = most;
        _byText = _circuits.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public IEnumerable<Circuit> All => _circuits.Values;

    public bool IsFull => _count >= _most;

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

        return TryFind(Authority.SliceFrom(uri), out circuit);
    }

    public bool TryFind(ReadOnlySpan<char> authority, [NotNullWhen(true)] out Circuit? circuit)
    {
        if (!_byText.TryGetValue(authority, out circuit))
        {
            return false;
        }

        NoteUse(circuit);
        return true;
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
        _circuits[circuit.Name.Authority] = circuit;
        _few = _count <= Few ? [.. _few, circuit] : [.. _few.Take(1)];
        return true;
    }

    /// <returns>Whether there is no circuit of that authority now; one with something in flight stays.</returns>
    public bool TryRemove_NeedsLock(string authority)
    {
        if (!_circuits.TryGetValue(authority, out var circuit))
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

    /// <summary>All processors write here, so only where the order of use is about to matter.</summary>
    private void NoteUse(Circuit circuit)
    {
        if (_count > _most / 2)
        {
            circuit.LastUse = Interlocked.Increment(ref _uses);
        }
    }

    private void Remove_NeedsLock(Circuit circuit)
    {
        _circuits.TryRemove(circuit.Name.Authority, out _);
        _few = [.. _few.Where(each => each != circuit)];
    }

    private bool TryDropOne_NeedsLock()
    {
        // Half-open ones would stay for good where their hosts are gone, and in the end leave no room for any other.
        var idle = _circuits.Values.Where(static circuit => circuit.InFlight == 0);
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
