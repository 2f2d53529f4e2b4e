namespace Resilience.Http.Chaos.Experiments.Traffic;

/// <summary>Takes down calls and sends until it is disposed.</summary>
internal sealed class TrafficWatch(string from, Action<TrafficWatch>? ended = null) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _durations = [];
    private int _succeeded;
    private long _began;
    private long _sends;

    public void Began() => Interlocked.Increment(ref _began);

    public void Sent() => Interlocked.Increment(ref _sends);

    public void Ended(TimeSpan duration, bool success)
    {
        lock (_lock)
        {
            _durations.Add(duration);
            _succeeded += success ? 1 : 0;
        }
    }

    public TrafficSample Sample()
    {
        lock (_lock)
        {
            return new(from, _succeeded, [.. _durations.Order()], Interlocked.Read(ref _began), Interlocked.Read(ref _sends));
        }
    }

    public void Dispose() => ended?.Invoke(this);
}
