namespace Resilience.Http.Deadlines;

/// <summary>A part of a flow without a deadline. What starts within it has none for good, so nothing is ended here.</summary>
internal sealed class DeadlineSuppression : IDisposable
{
    private readonly AmbientDeadline? _suppressed = AmbientDeadline.Exchange(null);
    private bool _isDisposed;

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            AmbientDeadline.Exchange(_suppressed);
        }
    }
}
