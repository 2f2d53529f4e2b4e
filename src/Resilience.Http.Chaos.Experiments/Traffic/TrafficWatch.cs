namespace Resilience.Http.Chaos.Experiments.Traffic;

/// <summary>Counts calls and sends until it is disposed. After that it only records the end of calls that it saw begin.</summary>
internal sealed class TrafficWatch(string from, TimeProvider clock, Action<TrafficWatch>? ended = null) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<WatchedCall> _running = [];
    private readonly List<TimeSpan> _durations = [];
    private readonly TaskCompletionSource _noneRuns = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _disposed;
    private int _succeeded;
    private long _began;
    private long _sends;

    /// <summary>Completed when the watch is disposed and all calls that it saw begin have ended.</summary>
    public Task NoneRuns => _noneRuns.Task;

    public void Began(WatchedCall call)
    {
        lock (_lock)
        {
            if (!_disposed) // a call that found the watch a moment ago and begins now is not its
            {
                _began++;
                _running.Add(call);
            }
        }
    }

    public void Sent() => Interlocked.Increment(ref _sends);

    public void Ended(WatchedCall call, TimeSpan duration, bool success)
    {
        lock (_lock)
        {
            if (_running.Remove(call))
            {
                _durations.Add(duration);
                _succeeded += success ? 1 : 0;
                SignalIfIdle_NeedsLock();
            }
        }
    }

    /// <summary>The caller canceled the call, so that its outcome is unknown.</summary>
    public void GaveUp(WatchedCall call)
    {
        lock (_lock)
        {
            _running.Remove(call);
            SignalIfIdle_NeedsLock();
        }
    }

    /// <summary>What was seen. A call that still runs has not come to a good end, and took at least as long as it has until now.</summary>
    public TrafficSample Sample()
    {
        lock (_lock)
        {
            var soFar = _running.Select(call => clock.GetElapsedTime(call.Begun));
            return new(from, _succeeded, [.. _durations.Concat(soFar).Order()], _began, Interlocked.Read(ref _sends));
        }
    }

    public void Dispose()
    {
        ended?.Invoke(this);
        lock (_lock)
        {
            _disposed = true;
            SignalIfIdle_NeedsLock();
        }
    }

    private void SignalIfIdle_NeedsLock()
    {
        if (_disposed && _running.Count == 0)
        {
            _noneRuns.TrySetResult();
        }
    }
}
