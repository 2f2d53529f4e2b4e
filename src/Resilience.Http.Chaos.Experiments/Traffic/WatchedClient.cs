namespace Resilience.Http.Chaos.Experiments.Traffic;

/// <summary>
/// One client, and the probes that watch it now. Its handlers come and go with the factory's rotation; this object stays.
/// </summary>
internal sealed class WatchedClient(string name, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private volatile TrafficWatch[] _watches = [];
    private long _timeout = Timeout.InfiniteTimeSpan.Ticks;

    /// <summary>Replaced whole, never changed in place. Empty unless a probe watches, and then calls pass without further cost.</summary>
    public TrafficWatch[] Watches => _watches;

    /// <summary>
    /// After how long the HttpClient gives up a call; infinite if that is not known. A timeout that the constructor of a typed client sets
    /// cannot be seen.
    /// </summary>
    public TimeSpan HttpClientTimeout
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _timeout));
        set => Interlocked.Exchange(ref _timeout, value.Ticks);
    }

    /// <summary>Counts calls and sends until the watch is disposed.</summary>
    public TrafficWatch Watch()
    {
        var watch = new TrafficWatch($"the client '{name}'", clock, Remove);
        lock (_lock)
        {
            _watches = [.. _watches, watch];
        }

        return watch;
    }

    private void Remove(TrafficWatch ended)
    {
        lock (_lock)
        {
            _watches = [.. _watches.Where(watch => watch != ended)];
        }
    }
}
