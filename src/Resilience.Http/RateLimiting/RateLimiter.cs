using Resilience.Http.Pipeline;
using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.RateLimiting.ServerQuota;

namespace Resilience.Http.RateLimiting;

/// <summary>The rate limit of one service: the pauses that its servers ask for, then the rate of the client.</summary>
internal sealed class RateLimiter : IOptionsFollower
{
    private readonly ServiceState _service;
    private readonly ServerQuotaLog _log;

    private RateLimiter(ServiceState service)
    {
        _service = service;
        _log = new(service);
        Buckets = new(service);
        Quotas = new(service, _log);
    }

    public RateBuckets Buckets { get; }

    public ServerQuotas Quotas { get; }

    public LimitRejections Rejections => LimitRejections.GetOrCreate(_service);

    public static RateLimiter GetOrCreate(ServiceState service) =>
        service.GetOrCreate(static service => new RateLimiter(service), static limiter => limiter.Register());

    public void Use(ResilientHttpClientOptions options) => Buckets.Refresh();

    /// <summary>The quota that a request uses up, by the user's delegate.</summary>
    public string? KeyOf(HttpRequestMessage request, HttpRateLimitOptions options)
    {
        try
        {
            return options.QuotaKey?.Invoke(request);
        }
        catch (Exception exception)
        {
            _log.QuotaKeyThrew(exception);
            return null;
        }
    }

    /// <summary>Lets a send through if nothing holds it back.</summary>
    public bool TryAdmit(RateLimitedSend send, AttemptContext attempt)
    {
        var options = attempt.Call.Options.RateLimit;
        if (options.FollowServer && Quotas.MayHold(attempt.StartedAt))
        {
            return false;
        }

        return options.Permits is null || TryTake(send, Buckets.GetOrAdd(send.Quota.Uri, options.Scope).Queue);
    }

    /// <summary>Waits until a send may go.</summary>
    /// <returns>Why it may not; <see langword="null"/> if it may.</returns>
    public async Task<Admission> AdmitAsync(
        RateLimitedSend send, AttemptContext attempt, bool async, CancellationToken cancellationToken)
    {
        var waited = false;
        while (true)
        {
            var paused = await PassPausesAsync(send, attempt, async, cancellationToken).ConfigureAwait(false);
            waited |= paused.Waited;
            if (paused.Rejection is not null)
            {
                return paused with { Waited = waited };
            }

            var paced = await PassBucketAsync(send, attempt, async, cancellationToken).ConfigureAwait(false);
            waited |= paced.Waited;
            if (paced.Rejection is not null || !IsHeld(send, attempt))
            {
                return paced with { Waited = waited };
            }

            // The service has asked for a pause while the send waited for its token: it goes to the pause without what it took.
            send.GiveBack();
        }
    }

    private async Task<Admission> PassPausesAsync(
        RateLimitedSend send, AttemptContext attempt, bool async, CancellationToken cancellationToken)
    {
        var options = attempt.Call.Options.RateLimit;
        if (!options.FollowServer || Quotas.Find(send.Quota.Uri) is not { } quotas)
        {
            return default;
        }

        CloseIfDisposed();
        var waited = false;
        foreach (var pause in quotas.PausesOf(send.Quota.Key))
        {
            var result = await pause
                .EnterAsync(int.MaxValue, attempt.Call.Deadline, options.MaxServerWait, async, cancellationToken)
                .ConfigureAwait(false);
            waited |= result.Waited;
            if (result.End == QueueEnd.Granted)
            {
                send.Pass(pause);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (result.End is QueueEnd.TooLate or QueueEnd.Closed)
            {
                var rejection = new ServerQuotaRejection(_service.Name, quotas.Authority, pause.Pace.Request, result);
                return new(rejection, quotas.Tag, waited);
            }
        }

        return new(Waited: waited);
    }

    private async Task<Admission> PassBucketAsync(
        RateLimitedSend send, AttemptContext attempt, bool async, CancellationToken cancellationToken)
    {
        var options = attempt.Call.Options.RateLimit;
        if (options.Permits is null)
        {
            return default;
        }

        RateBucket bucket;
        QueueResult result;
        do
        {
            bucket = Buckets.GetOrAdd(send.Quota.Uri, options.Scope);
            CloseIfDisposed();
            result = await bucket.Queue
                .EnterAsync(options.QueueLimit, attempt.Call.Deadline, TimeSpan.MaxValue, async, cancellationToken)
                .ConfigureAwait(false);
        }
        while (result.End == QueueEnd.Retired);

        if (result.End == QueueEnd.Granted)
        {
            send.Took(bucket.Queue, result.TakenAt);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return result.End == QueueEnd.Granted
            ? new(Waited: result.Waited)
            : new(new RateRejection(_service.Name, bucket.Authority, options, result), bucket.Tag, result.Waited);
    }

    private bool IsHeld(RateLimitedSend send, AttemptContext attempt)
    {
        if (!attempt.Call.Options.RateLimit.FollowServer || Quotas.Find(send.Quota.Uri) is not { } quotas)
        {
            return false;
        }

        var now = attempt.Call.Clock.GetTimestamp();
        return quotas.PausesOf(send.Quota.Key).Any(pause => pause.Pace.StartsAt > now);
    }

    private static bool TryTake(RateLimitedSend send, PacedQueue<RatePace> queue)
    {
        if (!queue.TryTake(out var at))
        {
            return false;
        }

        send.Took(queue, at);
        return true;
    }

    private void Register()
    {
        LimitMetrics.GetOrCreate(_service.Host);
        var sources = AuthorityStatusSources.GetOrCreate(_service);
        sources.Add(Quotas);
        sources.Add(Buckets);
        _service.Host.Ended += Close;
    }

    /// <summary>
    /// Closes a queue that was added after the disposal of the app. Called between looking the queue up and waiting in it: so either this
    /// sees the disposal, or the disposal sees the queue.
    /// </summary>
    private void CloseIfDisposed()
    {
        if (_service.Host.IsDisposed)
        {
            Close();
        }
    }

    /// <summary>The app is disposed: those that still wait end at once.</summary>
    private void Close()
    {
        Buckets.Close();
        Quotas.Close();
    }
}
