using Microsoft.Extensions.Logging;
using Resilience.Http.Fleet.Running;
using Resilience.Http.Fleet.Telemetry;
using Resilience.Http.Pipeline;
using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Fleet.Quotas;

/// <summary>
/// Asks for permits as long as sends want them. If the store does not answer, this replica sends its share until it does.
/// </summary>
internal sealed class QuotaLoop
{
    private readonly RateBucket _bucket;
    private readonly SharedQuota _quota;
    private readonly FleetCounters _counters;
    private readonly ResilienceRuntime _host;
    private readonly string _store;
    private readonly ILogger _log;
    private readonly Signal _waiting = new();
    private long? _failingSince;
    private long _failedAt;
    private volatile QuotaConnection _connection;

    public QuotaLoop(RateBucket bucket, string replica, IFleetStore store, FleetCounters counters, ResilienceRuntime host)
    {
        (_bucket, _counters, _host, _store) = (bucket, counters, host, $"{store}");
        _quota = new(bucket, replica, store, counters, host.Clock, host.Chance);
        _log = host.CreateLogger(FleetLog.Category);
        _connection = new(IsLost: false, host.Clock.GetUtcNow());
    }

    /// <summary>May be read from any thread.</summary>
    public QuotaConnection Connection => _connection;

    public bool IsLost => _connection.IsLost;

    public SharedQuota Quota => _quota;

    /// <summary>A send waits.</summary>
    public void Wake() => _waiting.Raise();

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            if (!IsLost && !_quota.IsWanting)
            {
                await _waiting.WaitAsync(_quota.UntilUnasked, _host.Clock, stopping).ConfigureAwait(false);
            }

            var pause = await StepAsync(stopping).ConfigureAwait(false);
            await Task.Delay(pause, _host.Clock, stopping).ConfigureAwait(false);
        }
    }

    /// <summary>The host stops: the sends that still wait go by the share of this replica.</summary>
    public async ValueTask LeaveAsync(CancellationToken cancellationToken)
    {
        SendShare();
        if (!IsLost)
        {
            await _quota.LeaveAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks once.</summary>
    /// <returns>How long to wait before the next time.</returns>
    public async ValueTask<TimeSpan> StepAsync(CancellationToken stopping)
    {
        try
        {
            if (await _quota.AskAsync(always: IsLost, stopping).ConfigureAwait(false))
            {
                Succeed();
            }
            else if (IsLost)
            {
                EndOutage(); // An edit of the options: the rate is not shared any more.
            }

            return _quota.Pause();
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            _counters.Fail();
            return Fail(exception);
        }
    }

    private void Succeed()
    {
        if (IsLost)
        {
            var length = DurationText.FormatWait(_host.Clock.GetElapsedTime(_failingSince ?? 0));
            EndOutage();
            _log.QuotaStoreBack(
                ServiceText.Format(_bucket.Service), length, _bucket.Options.Permits, DurationText.Format(_bucket.Options.Per));
        }

        _failingSince = null;
    }

    /// <summary>Sends go by grants from now on, if the rate is shared.</summary>
    private void EndOutage()
    {
        _failingSince = null;
        _connection = new(IsLost: false, _host.Clock.GetUtcNow());
        _bucket.Queue.TryChange(static (pace, _, now) => pace.EndShare(now), 0);
    }

    private TimeSpan Fail(Exception exception)
    {
        if (!IsLost && _host.Clock.GetElapsedTime(_failedAt) > QuotaTimes.Apart)
        {
            _failingSince = null;
        }

        _failedAt = _host.Clock.GetTimestamp();
        _failingSince ??= _failedAt;
        var patience = _quota.IsKnown ? QuotaTimes.Patience : QuotaTimes.FirstPatience;
        if (_host.Clock.GetElapsedTime(_failingSince.Value) < patience)
        {
            return QuotaTimes.Retry;
        }

        if (!IsLost)
        {
            _connection = new(IsLost: true, _host.Clock.GetUtcNow());
            SendShare();
            _log.QuotaStoreLost(
                ServiceText.Format(_bucket.Service),
                _store,
                FleetConnection.Describe(exception),
                _quota.Replicas,
                _bucket.Options.Permits,
                DurationText.Format(_bucket.Options.Per),
                exception);
        }

        return FleetTimes.Away * (1 + _host.Chance());
    }

    private void SendShare() =>
        _bucket.Queue.TryChange(static (pace, replicas, now) => pace.ShareAmong(replicas, now), _quota.Replicas);
}
