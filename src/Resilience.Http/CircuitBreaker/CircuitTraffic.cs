namespace Resilience.Http.CircuitBreaker;

/// <summary>
/// How much goes through a circuit. A service may have a thousand circuits and a process hundreds of threads, so only a busy circuit is worth
/// a row of numbers for each of its threads (<see cref="PerThread{T}"/>); in the others all threads share one.
/// </summary>
internal sealed class CircuitTraffic
{
    /// <summary>So many successes in a tenth of the sampling window make a circuit busy: one per millisecond at its default.</summary>
    private const int Busy = 1_000;

    private volatile bool _isBusy;

    /// <summary>Once busy, it stays so: rows that exist must be read.</summary>
    public bool IsBusy => _isBusy;

    public void Note(long successesInBucket)
    {
        if (successesInBucket >= Busy)
        {
            _isBusy = true;
        }
    }
}
