namespace Resilience.Http.CircuitBreaker;

/// <summary>Attempts go through; their results are counted here, so that a result which comes too late counts where nobody looks any more.</summary>
internal sealed class ClosedPeriod(ResultWindow window, DateTimeOffset since, string? reason) : CircuitPeriod(CircuitState.Closed, since, reason)
{
    private volatile ResultWindow _window = window;

    public ResultWindow Window => _window;

    public ConsecutiveFailures Consecutive { get; } = new();

    /// <summary>Takes over a sampling window of another length. A success counted at this very moment may stay in the old one.</summary>
    public void Resize_NeedsLock(TimeSpan length, long now)
    {
        if (_window.Length != length)
        {
            _window = _window.Resized_NeedsLock(length, now);
        }
    }
}
