namespace Resilience.Http.Pipeline;

/// <summary>Ends the wait of a call by the deadline that a shutdown of the app sets, if one begins during the wait.</summary>
internal sealed class ShutdownTimer : IDisposable
{
    private readonly Func<long, IDisposable?> _endAt;
    private readonly Shutdown _shutdown;
    private readonly CancellationTokenRegistration _stopping;
    private IDisposable? _timer;

    /// <param name="shutdown">The shutdown of the app.</param>
    /// <param name="endAt">Makes the timer that ends the wait at a timestamp.</param>
    public ShutdownTimer(Shutdown shutdown, Func<long, IDisposable?> endAt)
    {
        (_shutdown, _endAt) = (shutdown, endAt);
        _stopping = shutdown.Stopping.UnsafeRegister(static state => ((ShutdownTimer)state!).Begin(), this);
    }

    public void Dispose()
    {
        _stopping.Dispose(); // Waits for a callback that runs, so its timer is seen.
        _timer?.Dispose();
    }

    private void Begin() => _timer = _endAt(_shutdown.Deadline);
}
