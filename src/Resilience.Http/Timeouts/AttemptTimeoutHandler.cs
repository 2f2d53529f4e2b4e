using Resilience.Http.Requests;

namespace Resilience.Http.Timeouts;

/// <summary>Cuts an attempt at its own limit or at the deadline of the call, whichever comes first, and says which it was.</summary>
internal sealed class AttemptTimeoutHandler(ResilientService service) : ResilienceHandler(service)
{
    private readonly TimeoutLeasePool _leases = TimeoutLeasePool.Of(service.Host);

    internal override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        var deadline = Math.Min(AttemptDeadline(context, _leases), context.Deadline);
        if (deadline <= context.AttemptStartedAt)
        {
            return Task.FromException<HttpResponseMessage>(TimedOut(context, _leases, null));
        }

        var lease = deadline == long.MaxValue ? TimeoutLease.None : _leases.Rent(deadline, cancellationToken);
        Task<HttpResponseMessage> sending;
        try
        {
            sending = NextAsync(request, context, async, lease.TokenOr(cancellationToken));
        }
        catch (Exception exception)
        {
            sending = Task.FromException<HttpResponseMessage>(exception);
        }

        if (!sending.IsCompletedSuccessfully)
        {
            return AwaitAsync(sending, context, lease);
        }

        lease.Return();
        return sending;
    }

    /// <summary>Static, and what only a failure needs is looked up then: each field of its state machine is paid for by every call.</summary>
    private static async Task<HttpResponseMessage> AwaitAsync(Task<HttpResponseMessage> sending, CallContext context, TimeoutLease lease)
    {
        try
        {
            return await sending.ConfigureAwait(false);
        }
        catch (Exception exception) when (context.CallerToken.IsCancellationRequested)
        {
            ClientLimit.Of(context.Service).CutFromOutside(context);
            if (CallerCancellation.Replaces(exception, context.CallerToken))
            {
                throw CallerCancellation.Of(exception, context.CallerToken);
            }

            throw;
        }
        catch (Exception exception) when (lease.HasFired)
        {
            throw TimedOut(context, TimeoutLeasePool.Of(context.Service.Host), exception);
        }
        finally
        {
            lease.Return();
        }
    }

    private static RequestTimedOutException TimedOut(CallContext context, TimeoutLeasePool leases, Exception? cause)
    {
        // Where both limits fall together the attempt's wins.
        var scope = AttemptDeadline(context, leases) <= context.Deadline ? TimeoutScope.Attempt : TimeoutScope.Total;
        return TimeoutReport.Of(context.Service).TimedOut(context, scope, cause);
    }

    private static long AttemptDeadline(CallContext context, TimeoutLeasePool leases) => context.AttemptTimeout == Timeout.InfiniteTimeSpan
        ? long.MaxValue
        : leases.DeadlineAfter(context.AttemptStartedAt, context.AttemptTimeout);
}
