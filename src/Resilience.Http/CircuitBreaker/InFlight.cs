namespace Resilience.Http.CircuitBreaker;

/// <summary>How many permits are out. An attempt may end on another thread than it began on, so only the sum of all rows means anything.</summary>
internal sealed class InFlight(CircuitTraffic traffic)
{
    private readonly PerThread<long[]> _rows = new(static () => ThreadRow.Create(1));
    private long _shared;

    /// <summary>How many there are, more or less: some may come and go while they are counted.</summary>
    public long Count
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

    public void Enter() => Add(1);

    public void Leave() => Add(-1);

    /// <summary>
    /// How many there are, for one who has just written what turns all others away. Whoever enters must read that afterwards: the fence this
    /// takes between the two is paid for here, on all processors at once and by the rare one, and not at each call.
    /// </summary>
    public long CountAll()
    {
        Interlocked.MemoryBarrierProcessWide();
        return Count;
    }

    private void Add(int change)
    {
        if (traffic.IsBusy && _rows.Mine is { } row)
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
