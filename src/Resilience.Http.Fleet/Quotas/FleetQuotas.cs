using Resilience.Http.Fleet.Running;
using Resilience.Http.Pipeline;
using Resilience.Http.RateLimiting.Pacing;

namespace Resilience.Http.Fleet.Quotas;

/// <summary>The quotas that this replica shares with the others. A loop for each begins with the first send that waits.</summary>
internal sealed class FleetQuotas(string replica, IFleetStore store, FleetCounters counters, ResilienceRuntime host) : IPermitSource
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RateBucket, (QuotaLoop Loop, Task Running)> _loops = [];
    private CancellationToken _stopping;
    private bool _isStopped;

    /// <summary>Whether the store answers, and since when; <see langword="null"/> if no quota was used yet.</summary>
    public QuotaConnection? Connection
    {
        get
        {
            lock (_gate)
            {
                return _loops.Values.Select(static each => each.Loop.Connection)
                    .OrderByDescending(static each => each.IsLost).ThenBy(static each => each.Since).FirstOrDefault();
            }
        }
    }

    private PermitSourceSlot Slot => host.GetOrCreate(static _ => new PermitSourceSlot());

    public void Start(CancellationToken stopping)
    {
        _stopping = stopping;
        Slot.Source = this;
    }

    public void OnWaiting(RateBucket bucket)
    {
        QuotaLoop loop;
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            loop = _loops.TryGetValue(bucket, out var known) ? known.Loop : Add_NeedsLock(bucket);
        }

        loop.Wake();
    }

    /// <summary>After the token of <see cref="Start"/> was canceled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        List<(QuotaLoop Loop, Task Running)> loops;
        lock (_gate)
        {
            (_isStopped, loops) = (true, [.. _loops.Values]);
        }

        foreach (var (loop, running) in loops)
        {
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await loop.LeaveAsync(cancellationToken).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Slot.Source = null;
    }

    /// <summary>The loop outlives the call that begins it, so it takes neither its trace nor its log scopes.</summary>
    private QuotaLoop Add_NeedsLock(RateBucket bucket)
    {
        var loop = new QuotaLoop(bucket, replica, store, counters, host);
        using (ExecutionContext.SuppressFlow())
        {
            _loops.Add(bucket, (loop, Task.Run(() => loop.RunAsync(_stopping), CancellationToken.None).Observed()));
        }

        return loop;
    }
}
