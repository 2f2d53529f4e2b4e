using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Resilience.Http.CircuitBreaker;

/// <summary>Circuits by authority, a bounded number of them. Finding one takes no lock.</summary>
internal sealed class CircuitTable
{
    // Sized for one circuit, as nearly all tables have.
    private readonly ConcurrentDictionary<string, Circuit> _circuits = new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Circuit>.AlternateLookup<ReadOnlySpan<char>> _byText;
    private readonly int _most;
    private volatile int _count;
    private volatile Circuit? _first;
    private long _uses;

    public CircuitTable(int most)
    {
        _most = most;
        _byText = _circuits.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public IEnumerable<Circuit> All => _circuits.Values;

    public bool IsFull => _count >= _most;

    /// <summary>Finds the circuit of a URI by the text of the URI, without a copy of it. Where the URI spells its authority in another way it finds none.</summary>
    public bool TryFind(Uri uri, [NotNullWhen(true)] out Circuit? circuit)
    {
        // Most services have one authority: a comparison instead of a hash.
        circuit = _first;
        if (circuit is null || !Authority.Begins(uri, circuit.Name.Authority))
        {
            return TryFind(Authority.SpeltIn(uri), out circuit);
        }

        NoteUse(circuit);
        return true;
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
    /// Adds a circuit, if need be in place of the one not used for longest among those that are closed and have nothing in flight. Where
    /// there is no room and none may go, it is not kept.
    /// </summary>
    public void Add_NeedsLock(Circuit circuit)
    {
        if (!IsFull)
        {
            _count++;
        }
        else if (!TryDropOne_NeedsLock())
        {
            return;
        }

        circuit.LastUse = Interlocked.Increment(ref _uses);
        _circuits[circuit.Name.Authority] = circuit;
        _first ??= circuit;
    }

    /// <summary>All processors write here, so only where the order of use is about to matter.</summary>
    private void NoteUse(Circuit circuit)
    {
        if (_count > _most / 2)
        {
            circuit.LastUse = Interlocked.Increment(ref _uses);
        }
    }

    private bool TryDropOne_NeedsLock()
    {
        foreach (var idle in _circuits.Values.Where(static circuit => circuit.IsIdle).OrderBy(static circuit => circuit.LastUse))
        {
            if (idle.TryRetire())
            {
                _circuits.TryRemove(idle.Name.Authority, out _);
                _first = ReferenceEquals(_first, idle) ? null : _first;
                return true;
            }
        }

        return false;
    }
}
