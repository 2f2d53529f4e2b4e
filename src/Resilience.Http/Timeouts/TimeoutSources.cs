using Resilience.Http.Pipeline;

namespace Resilience.Http.Timeouts;

/// <summary>All sources of a pool. They are held weakly, so that the source of a call that never ends can be collected.</summary>
internal sealed class TimeoutSources
{
    private const int FewSources = 64;

    private readonly Lock _gate = new();
    private readonly List<WeakReference<TimeoutSource>> _sources = [];
    private int _tidyAt = FewSources;

    public void Add(TimeoutSource source)
    {
        lock (_gate)
        {
            _sources.Add(new(source));
            if (_sources.Count >= _tidyAt)
            {
                Tidy_NeedsLock();
                _tidyAt = Math.Max(FewSources, 2 * _sources.Count);
            }
        }
    }

    /// <summary>Whether a limit is running.</summary>
    public bool AnyRunning()
    {
        lock (_gate)
        {
            Tidy_NeedsLock();
            return _sources.Exists(static source => source.TryGetTarget(out var target) && target.IsRunning);
        }
    }

    /// <summary>Moves the limits that run for an app to the end of its shutdown, if they are later.</summary>
    public void KeepTo(Shutdown shutdown)
    {
        WeakReference<TimeoutSource>[] sources;
        lock (_gate)
        {
            sources = [.. _sources];
        }

        foreach (var source in sources)
        {
            if (source.TryGetTarget(out var target))
            {
                target.KeepTo(shutdown);
            }
        }
    }

    private void Tidy_NeedsLock() => _sources.RemoveAll(static source => !source.TryGetTarget(out var target) || target.IsDisposed);
}
