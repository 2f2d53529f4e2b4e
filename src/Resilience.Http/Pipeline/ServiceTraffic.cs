using System.Numerics;
using System.Runtime.InteropServices;
using Resilience.Http.Outcomes;

namespace Resilience.Http.Pipeline;

/// <summary>
/// Counts the calls of one service from its start on, for those who look at the differences once a second. A call that ends costs one
/// atomic step. There are two rows of cells, so that two processors rarely write the same cache line, and not one for each processor: that
/// would be 1 KB each.
/// </summary>
/// <param name="clock">The clock of the calls.</param>
internal sealed class ServiceTraffic(TimeProvider clock)
{
    private const int Rows = 2;
    private const int Events = 2 * LatencyBuckets.Count;

    /// <summary>Every count reads the length of the array, so no cell shares a cache line with it.</summary>
    private const int Gap = 64 / sizeof(uint);

    private static readonly int Width = Events + Enum.GetValues<TrafficEvent>().Length;

    private readonly uint[] _cells = new uint[Gap + (Rows * Width)];
    private readonly double _microseconds = 1e6 / clock.TimestampFrequency;

    /// <summary>Counts a call that ended. One that its caller canceled says nothing, so it is not counted.</summary>
    public void Ended(CallContext call, Judgement judgement, bool canceled)
    {
        if (call.Attempt.Refused)
        {
            Count(TrafficEvent.Rejected);
        }
        else if (!canceled)
        {
            var bucket = LatencyBuckets.IndexOf(Duration(call) * _microseconds);
            Increment(IsSuccess(call, judgement) ? bucket : LatencyBuckets.Count + bucket);
        }
    }

    public void Count(TrafficEvent happened) => Increment(Events + (int)happened);

    public uint Total(TrafficEvent happened) => Sum(Events + (int)happened);

    /// <summary>Adds what each bucket holds to <paramref name="buckets"/>, and returns the sum.</summary>
    public uint AddSucceeded(Span<uint> buckets) => Add(buckets, first: 0);

    /// <inheritdoc cref="AddSucceeded"/>
    public uint AddFailed(Span<uint> buckets) => Add(buckets, LatencyBuckets.Count);

    /// <summary>
    /// How many steps all counters have made together. If it is the same as before, nothing has happened; it costs a fraction of reading
    /// them all.
    /// </summary>
    public uint Steps
    {
        get
        {
            var vectors = MemoryMarshal.Cast<uint, Vector<uint>>(_cells);
            var sums = Vector<uint>.Zero;
            foreach (var cells in vectors)
            {
                sums += cells;
            }

            var sum = Vector.Sum(sums);
            foreach (var cell in _cells.AsSpan(vectors.Length * Vector<uint>.Count))
            {
                sum += cell;
            }

            return sum;
        }
    }

    private void Increment(int cell) =>
        Interlocked.Increment(ref _cells[Gap + ((Thread.GetCurrentProcessorId() & (Rows - 1)) * Width) + cell]);

    /// <summary>A 404 is not a success of the service, but it is an answer: the caller is not hurt.</summary>
    private static bool IsSuccess(CallContext call, Judgement judgement) =>
        judgement.Verdict == AttemptVerdict.Success || (judgement.Verdict == AttemptVerdict.Ignored && call.Attempt.Status is not null);

    /// <summary>
    /// In steps of the clock. A first attempt that had its outcome at hand took no time worth a reading of the clock.
    /// </summary>
    private static long Duration(CallContext call) =>
        call.Attempts == 1 && call.Attempt.CompletedSynchronously ? 0 : call.Attempt.EndedAt - call.StartedAt;

    private uint Add(Span<uint> buckets, int first)
    {
        var sum = 0u;
        for (var bucket = 0; bucket < LatencyBuckets.Count; bucket++)
        {
            var count = Sum(first + bucket);
            buckets[bucket] += count;
            sum += count;
        }

        return sum;
    }

    private uint Sum(int cell)
    {
        var sum = 0u;
        for (var row = 0; row < Rows; row++)
        {
            sum += Volatile.Read(ref _cells[Gap + (row * Width) + cell]);
        }

        return sum;
    }
}
