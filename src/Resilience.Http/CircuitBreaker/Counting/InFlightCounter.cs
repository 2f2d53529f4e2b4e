using Resilience.Http.Pipeline;

namespace Resilience.Http.CircuitBreaker.Counting;

/// <summary>
/// How much goes through a circuit: how many permits are out, and whether it is busy. A service may have a thousand circuits, so only a
/// busy one has a row of cells for each processor (<see cref="StripedCells"/>); in the others all processors share one. It is a part of its
/// circuit, so it must not be copied.
/// </summary>
internal struct InFlightCounter()
{
    private const int EnteredCell = 0;
    private const int LeftCell = 1;

    private long _sharedEntered;
    private long _sharedLeft;
    private long _lastOrder = long.MinValue;
    private volatile StripedCells? _stripes;

    /// <summary>
    /// How many permits are out; never too few, although some come and go while they are counted. What has left is read first, and it had
    /// entered before: so a result of zero means that at one moment in between, none was out.
    /// </summary>
    public long InFlight
    {
        get
        {
            var left = Sum(ref _sharedLeft, LeftCell);
            return Sum(ref _sharedEntered, EnteredCell) - left;
        }
    }

    /// <summary>How many attempts have entered, ever.</summary>
    public long Entered => Sum(ref _sharedEntered, EnteredCell);

    /// <summary>From now on, each processor counts in a row of its own. It stays so: rows that exist must be read.</summary>
    public void BecomeBusy()
    {
        if (_stripes is null)
        {
            Interlocked.CompareExchange(ref _stripes, new(LeftCell + 1), null);
        }
    }

    /// <summary>One attempt more.</summary>
    /// <param name="now">Timestamp of its start.</param>
    /// <returns>
    /// Its place in the order in which attempts began: its timestamp, or one more than that of the attempt before it if the clock stood
    /// still in between, as virtual clocks do. Only a busy circuit does without the latter: no two processors then write one line, and its
    /// clock moves.
    /// </returns>
    public long Enter(long now)
    {
        if (_stripes is { } stripes)
        {
            Interlocked.Increment(ref stripes.Mine[EnteredCell]);
            return now;
        }

        Interlocked.Increment(ref _sharedEntered);
        return NextOrder(now, Volatile.Read(ref _lastOrder));
    }

    /// <summary>The next place in the order in which attempts began.</summary>
    /// <param name="now">Timestamp of the attempt's start.</param>
    /// <param name="last">The place that was given last when it was read. If others were given since then, the next is after those.</param>
    public long NextOrder(long now, long last)
    {
        while (true)
        {
            var next = last < now ? now : last + 1;
            var seen = Interlocked.CompareExchange(ref _lastOrder, next, last);
            if (seen == last)
            {
                return next;
            }

            last = seen;
        }
    }

    public void Leave() => Interlocked.Increment(ref _stripes is { } stripes ? ref stripes.Mine[LeftCell] : ref _sharedLeft);

    /// <summary>
    /// How many permits are out, for a caller that has just written what turns all others away. An attempt that enters takes an atomic step
    /// and then reads that. The fence here is its counterpart, so one of the two sees the other.
    /// </summary>
    public long CountInFlight()
    {
        Interlocked.MemoryBarrier();
        return InFlight;
    }

    private long Sum(ref long shared, int cell)
    {
        var sum = Volatile.Read(ref shared);
        if (_stripes is { } stripes)
        {
            for (var row = 0; row < StripedCells.Rows; row++)
            {
                sum += Volatile.Read(ref stripes.Row(row)[cell]);
            }
        }

        return sum;
    }
}
