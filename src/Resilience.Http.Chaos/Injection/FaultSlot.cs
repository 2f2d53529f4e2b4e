namespace Resilience.Http.Chaos.Injection;

/// <summary>
/// A place among the active faults. It is given back exactly once: when it is disposed, or, if a slow body is dropped without being
/// read to its end or disposed, when the collector finds it.
/// </summary>
internal sealed class FaultSlot(FaultLimiter places) : IDisposable
{
    private int _given;

    ~FaultSlot() => GiveBack();

    public void Dispose()
    {
        GiveBack();
        GC.SuppressFinalize(this);
    }

    private void GiveBack()
    {
        if (Interlocked.Exchange(ref _given, 1) == 0)
        {
            places.GiveBack();
        }
    }
}
