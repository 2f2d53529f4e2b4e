namespace Resilience.Http.CircuitBreaker;

/// <summary>
/// How much goes through a circuit: how many permits are out, and whether it is busy. A service may have a thousand circuits and a process
/// hundreds of threads, so only a busy circuit is worth a row of numbers for each of its threads (<see cref="PerThread{T}"/>); in the others
/// all threads share one.
/// </summary>
internal sealed class CircuitTraffic
{
    /// <summary>So many successes in a tenth of the sampling window make a circuit busy: one per millisecond at its default.</summary>
    private const int Busy = 1_000;

    // An attempt may end on another thread than it began on, so only the sum of all rows means anything.
    private readonly PerThread<long[]> _rows = new(static () => ThreadRow.Create(1));
    private long _shared;
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

    public void Enter() => Add(1);

    public void Leave() => Add(-1);

    /// <summary>
    /// How many permits are out, for one who has just written what turns all others away. Whoever enters must read that afterwards: the fence
    /// this takes between the two is paid for here, on all processors at once and by the rare one, and not at each call.
    /// </summary>
    public long CountInFlight()
    {
        Interlocked.MemoryBarrierProcessWide();
        return InFlight;
    }

    private void Add(int change)
    {
        if (_isBusy && _rows.Mine is { } row)
        {
            ref var mine = ref row[ThreadRow.First];
            Volatile.Write(ref mine, mine + change);
        }
        else
        {
            Interlocked.Add(ref _shared, change);
        }
    }
}
