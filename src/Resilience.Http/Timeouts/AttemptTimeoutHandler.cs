using Resilience.Http.Requests;

namespace Resilience.Http.Timeouts;

/// <summary>Cuts an attempt at its own limit or at the deadline of the call, whichever comes first, and says which it was.</summary>
internal sealed class AttemptTimeoutHandler(ResilientService service) : ResilienceHandler(service)
{
    private readonly TimeoutLeasePool _leases = TimeoutLeasePool.Of(service.Host);
    private readonly TimeoutReport _report = TimeoutReport.Of(service);
    private readonly ClientLimit _client = ClientLimit.Of(service);

    internal override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        var deadline = DeadlineOf(context, out var scope);
        if (deadline <= context.AttemptStartedAt)
        {
            return Task.FromException<HttpResponseMessage>(_report.TimedOut(context, request, scope, null));
        }

        var lease = deadline == long.MaxValue ? TimeoutLease.Unlimited(cancellationToken) : _leases.Rent(deadline, cancellationToken);
        Task<HttpResponseMessage> sending;
        try
        {
            sending = NextAsync(request, context, async, lease.Token);
        }
        catch (Exception exception)
        {
            sending = Task.FromException<HttpResponseMessage>(exception);
        }

        if (!sending.IsCompletedSuccessfully)
        {
            return AwaitAsync(sending, request, context, lease, scope);
        }

        lease.Return();
        return sending;
    }

    private async Task<HttpResponseMessage> AwaitAsync(
        Task<HttpResponseMessage> sending, HttpRequestMessage request, CallContext context, TimeoutLease lease, TimeoutScope scope)
    {
        try
        {
            return await sending.ConfigureAwait(false);
        }
        catch (Exception exception) when (context.CallerToken.IsCancellationRequested)
        {
            _client.CutFromOutside(context);
            if (CallerCancellation.Replaces(exception, context.CallerToken))
            {
                throw CallerCancellation.Of(exception, context.CallerToken);
            }

            throw;
        }
        catch (Exception exception) when (lease.HasFired)
        {
            throw _report.TimedOut(context, request, scope, exception);
        }
        finally
        {
            lease.Return();
        }
    }

    /// <summary>Where both limits fall together the attempt's wins.</summary>
    private long DeadlineOf(CallContext context, out TimeoutScope scope)
    {
        var ofAttempt = context.AttemptTimeout == Timeout.InfiniteTimeSpan
            ? long.MaxValue
            : _leases.DeadlineAfter(context.AttemptStartedAt, context.AttemptTimeout);
        scope = ofAttempt <= context.Deadline ? TimeoutScope.Attempt : TimeoutScope.Total;
        return Math.Min(ofAttempt, context.Deadline);
    }
}
