namespace Resilience.Http.Chaos.Injection;

/// <summary>Counts the calls of this process that are under an injected fault, so that no more are than is allowed.</summary>
internal sealed class FaultLimiter
{
    private int _taken;

    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Takes a place; <see langword="null"/> if all are taken.</summary>
    public FaultSlot? TryTake(int most)
    {
        if (Interlocked.Increment(ref _taken) <= most)
        {
            return new FaultSlot(this);
        }

        Interlocked.Decrement(ref _taken);
        return null;
    }

    internal void GiveBack() => Interlocked.Decrement(ref _taken);
}
