namespace Resilience.Http.CircuitBreaker.Counting;

/// <summary>
/// How much goes through a circuit: how many permits are out, and whether it is busy. A service may have a thousand circuits and a process
/// hundreds of threads, so only a busy circuit is worth a row of numbers for each of its threads (<see cref="PerThread{T}"/>); in the
/// others all threads share one.
/// </summary>
internal sealed class InFlightCounter
{
    /// <summary>So many successes in a tenth of the sampling window make a circuit busy: one per millisecond at its default.</summary>
    private const int Busy = 1_000;

    // An attempt may end on another thread than it began on, so only the sum of all rows means anything.
    private readonly PerThread<long[]> _rows = new(static () => ThreadRow.Create(1));
    private long _shared;
    private long _lastOrder = long.MinValue;
    private volatile bool _isBusy;

    /// <summary>Once busy, it stays so: rows that exist must be read.</summary>
    public bool IsBusy => _isBusy;

    /// <summary>How many permits are out, more or less: some may come and go while they are counted.</summary>
    public long InFlight
    {
        get
        {
            var sum = Volatile.Read(ref _shared);
            foreach (var place in _rows.Places)
            {
                sum += place is null ? 0 : Volatile.Read(in place.Object[ThreadRow.First]);
            }

            return sum;
        }
    }

    public void Note(long successesInBucket)
    {
        if (successesInBucket >= Busy)
        {
            _isBusy = true;
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
        if (Mine is { } row)
        {
            ref var mine = ref row[ThreadRow.First];
            Volatile.Write(ref mine, mine + 1);
            return now;
        }

        Interlocked.Increment(ref _shared);
        return NextOrder(now);
    }

    public void Leave()
    {
        if (Mine is { } row)
        {
            ref var mine = ref row[ThreadRow.First];
            Volatile.Write(ref mine, mine - 1);
        }
        else
        {
            Interlocked.Decrement(ref _shared);
        }
    }

    /// <summary>
    /// How many permits are out, for one who has just written what turns all others away. Whoever enters must read that afterwards: the
    /// fence this takes between the two is paid for here, on all processors at once and by the rare one, and not at each call.
    /// </summary>
    public long CountInFlight()
    {
        Interlocked.MemoryBarrierProcessWide();
        return InFlight;
    }

    /// <summary>The row of this thread; <see langword="null"/> if all threads share one.</summary>
    private long[]? Mine => _isBusy ? _rows.Mine : null;

    private long NextOrder(long now)
    {
        var last = Volatile.Read(ref _lastOrder);
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
}
