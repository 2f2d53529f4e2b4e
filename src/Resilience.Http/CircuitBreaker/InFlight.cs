namespace Resilience.Http.CircuitBreaker;

/// <summary>How many permits are out. An attempt may end on another processor than it began on: only the sum of all rows means anything.</summary>
internal sealed class InFlight
{
    private readonly long[] _rows = Stripes.Create();

    public long Count
    {
        get
        {
            long sum = 0;
            for (var row = Stripes.FirstRow; row < _rows.Length; row += Stripes.Width)
            {
                sum += Volatile.Read(ref _rows[row]);
            }

            return sum;
        }
    }

    /// <summary>A full fence as well: what is read after it is not older than it.</summary>
    public void Enter() => Interlocked.Increment(ref _rows[Stripes.Here]);

    public void Leave() => Interlocked.Decrement(ref _rows[Stripes.Here]);
}
