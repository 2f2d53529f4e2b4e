using System.Numerics;

namespace Resilience.Http.Hedging;

/// <summary>
/// How many of the last 20 hedges won. If fewer than one in five did, they hardly help: every second one is left out until they win again.
/// </summary>
internal sealed class HedgeWins
{
    private const int Window = 20;
    private const int FewestWins = Window / 5;
    private const uint Mask = (1u << Window) - 1;

    // The last results as bits, the newest lowest, behind a 1 that marks how many there are.
    private uint _results = 1;
    private int _asked;

    public bool AreRare => Volatile.Read(ref _results) is var results
        && results > Mask
        && BitOperations.PopCount(results & Mask) < FewestWins;

    /// <summary>Notes how a hedge ended.</summary>
    public void Add(bool won)
    {
        var before = Volatile.Read(ref _results);
        while (true)
        {
            var next = (before << 1) | (won ? 1u : 0);
            next = next > Mask ? (next & Mask) | (Mask + 1) : next;
            var seen = Interlocked.CompareExchange(ref _results, next, before);
            if (seen == before)
            {
                return;
            }

            before = seen;
        }
    }

    /// <summary>Whether the next hedge may go out: each of them, or every second one.</summary>
    public bool Allow() => !AreRare || (Interlocked.Increment(ref _asked) & 1) == 0;
}
