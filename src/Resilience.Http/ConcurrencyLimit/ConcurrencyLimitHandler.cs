using Resilience.Http.ClientSettings;
using Resilience.Http.Pipeline;

namespace Resilience.Http.ConcurrencyLimit;

/// <summary>
/// Takes a permit, waits for one, or rejects the send. The permit is out until the response headers, also while a handler further in
/// refuses.
/// </summary>
internal sealed class ConcurrencyLimitHandler(ServiceState service) : AttemptHandler(service, OptionalFeatures.ConcurrencyLimit)
{
    private ServiceLimiters? _limiters;
    private AuthorityLimiter? _first;

    /// <summary>Made when they are first needed: if nothing is limited, the circuits count the sends.</summary>
    private ServiceLimiters Limiters => _limiters ??= ConcurrencyTelemetry.Observe(Service);

    protected override Task<HttpResponseMessage> SendAttemptAsync(
        HttpRequestMessage request, AttemptContext attempt, bool async, CancellationToken cancellationToken)
    {
        if (!attempt.Call.Options.CountsInLimiter || request.RequestUri is not { IsAbsoluteUri: true } uri)
        {
            return NextAsync(request, attempt, async, cancellationToken);
        }

        var limiter = GetOrAdd(uri);
        return limiter.Permits.TryAcquire()
            ? SendWithPermit(request, attempt, limiter, async, cancellationToken)
            : WaitOrReject(request, attempt, uri, async, cancellationToken);
    }

    protected override Task<HttpResponseMessage> OnEnded(
        Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt)
    {
        if (attempt.ConcurrencyLimitState is HeldPermit held
            && held.Release(out var adaptive, out var inFlight) is { } limiter
            && adaptive is not null)
        {
            limiter.OnEnded(
                adaptive, attempt.StartedAt, attempt.EndedAt, inFlight, SendResults.Classify(ended, request, attempt));
        }

        return ended;
    }

    /// <summary>
    /// Nearly all services have one authority. The limiter that was found first is noted, because an atomic step on its permits waits for
    /// each load on the way to them: the way through the tables costs about 10 ns.
    /// </summary>
    private AuthorityLimiter GetOrAdd(Uri uri) =>
        _first is { } first && first.Serves(uri, Service.Options.ConcurrencyLimit) ? first : Note(Limiters.GetOrAdd(uri));

    private AuthorityLimiter Note(AuthorityLimiter limiter)
    {
        _first ??= limiter;
        return limiter;
    }

    /// <summary>No permit was free at first. A method of its own, so that the path of a send that finds one stays short.</summary>
    private Task<HttpResponseMessage> WaitOrReject(
        HttpRequestMessage request, AttemptContext attempt, Uri uri, bool async, CancellationToken cancellationToken)
    {
        if (_first is { Permits.IsRetired: true })
        {
            _first = null; // There may be another one for its authority.
        }

        while (true)
        {
            var limiter = Limiters.GetOrAdd(uri);
            if (limiter.Permits.TryAcquire() || (limiter.OnReached() && limiter.Permits.TryAcquire()))
            {
                return SendWithPermit(request, attempt, limiter, async, cancellationToken);
            }

            var queueLimit = attempt.Call.Options.ConcurrencyLimit.QueueLimit;
            if (queueLimit == 0 && !limiter.Permits.IsRetired)
            {
                return Reject(request, attempt, limiter);
            }

            if (Service.Host.IsDisposed)
            {
                limiter.Permits.Close(); // One that was added after the disposal: nothing else closes it.
            }

            var waiter = new LimitWaiter(limiter.Permits, async);
            switch (limiter.Permits.Acquire(queueLimit, waiter))
            {
                case PermitResult.Granted:
                    return SendWithPermit(request, attempt, limiter, async, cancellationToken);
                case PermitResult.Queued:
                    return SendAfterWait(waiter, request, attempt, limiter, async, cancellationToken);
                case PermitResult.Rejected:
                    return Reject(request, attempt, limiter, isClosed: Service.Host.IsDisposed);
            }
        }
    }

    private Task<HttpResponseMessage> SendWithPermit(
        HttpRequestMessage request, AttemptContext attempt, AuthorityLimiter limiter, bool async, CancellationToken cancellationToken)
    {
        TakePermit(attempt, limiter);
        if (limiter.Limit is null)
        {
            InFlightWarning.Check(Service, limiter.Authority, limiter.Permits.InFlight);
        }

        return NextAsync(request, attempt, async, cancellationToken);
    }

    /// <summary>
    /// The wait counts towards the deadline of the call only: the attempt begins anew after it. If the deadline has passed, the send goes
    /// on without a permit to the attempt timeout, which ends it before it leaves, as it ends every send that begins too late.
    /// </summary>
    private async Task<HttpResponseMessage> SendAfterWait(
        LimitWaiter waiter,
        HttpRequestMessage request,
        AttemptContext attempt,
        AuthorityLimiter limiter,
        bool async,
        CancellationToken cancellationToken)
    {
        var call = attempt.Call;
        var result = await waiter.WaitAsync(call.Clock, call.Deadline, cancellationToken, call.Service.Host.Shutdown)
            .ConfigureAwait(false);
        switch (result)
        {
            case WaitResult.Canceled:
                throw new TaskCanceledException(null, null, cancellationToken);
            case WaitResult.Closed:
                return await Reject(request, attempt, limiter, isClosed: true).ConfigureAwait(false);
            case WaitResult.DeadlinePassed:
                attempt.WaitedUntil(Math.Max(call.Deadline, call.Clock.GetTimestamp()));
                return await NextAsync(request, attempt, async, cancellationToken).ConfigureAwait(false);
            default:
                attempt.WaitedUntil(call.Clock.GetTimestamp());
                return await (cancellationToken.IsCancellationRequested
                    ? CancelWithPermit(attempt, limiter, cancellationToken)
                    : SendWithPermit(request, attempt, limiter, async, cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Canceled when it had just got its permit, as a hedge is whose permit comes from the send that won. It is not sent.
    /// </summary>
    private static Task<HttpResponseMessage> CancelWithPermit(
        AttemptContext attempt, AuthorityLimiter limiter, CancellationToken cancellationToken)
    {
        TakePermit(attempt, limiter);
        return Task.FromException<HttpResponseMessage>(new TaskCanceledException(null, null, cancellationToken));
    }

    /// <summary>It is given back when the attempt ends.</summary>
    private static void TakePermit(AttemptContext attempt, AuthorityLimiter limiter) =>
        ((HeldPermit)(attempt.ConcurrencyLimitState ??= new HeldPermit())).Take(limiter, attempt.StartedAt);

    private Task<HttpResponseMessage> Reject(
        HttpRequestMessage request, AttemptContext attempt, AuthorityLimiter limiter, bool isClosed = false)
    {
        var permits = limiter.Permits;
        var rejection = new ConcurrencyRejection(
            Service.Name, limiter.Authority, permits.InFlight, permits.Limit, permits.Waiting, limiter.Adaptive is not null, isClosed);
        return Limiters.Rejections.Reject(request, attempt, rejection, limiter.Tag, attempt.Call.Options.ConcurrencyLimit.Rejection);
    }
}
