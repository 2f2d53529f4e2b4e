namespace Resilience.Http.Benchmarks.Measuring;

/// <summary>Tells running loops that their slice is over.</summary>
internal sealed class CancellationFlag
{
    private volatile bool _isUp;

    public bool IsUp => _isUp;

    public void PutUp() => _isUp = true;
}
