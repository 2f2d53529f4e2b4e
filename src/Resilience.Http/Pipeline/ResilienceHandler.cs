using Resilience.Http.Grpc;

namespace Resilience.Http.Pipeline;

/// <summary>
/// The base of the chain's handlers. The first in line makes the <see cref="CallContext"/> and each passes it to the next when the next
/// is one of ours. Handlers hold no state of a call: the factory rebuilds them every two minutes.
/// </summary>
internal abstract class ResilienceHandler(ServiceState service) : DelegatingHandler
{
    private ResilienceHandler? _next;
    private volatile RedirectWatch? _redirects;

    public ServiceState Service { get; } = service;

    /// <summary>
    /// The next handler where it is one of ours. Noted, since six casts are 2 % of a call, and compared, since it may be exchanged.
    /// </summary>
    private ResilienceHandler? Next
    {
        get
        {
            var (noted, inner) = (_next, InnerHandler);
            if (ReferenceEquals(noted, inner))
            {
                return noted;
            }

            return inner is ResilienceHandler next ? _next = next : null;
        }
    }

    /// <summary>
    /// Handles the call. With <paramref name="async"/> false the returned task is always completed: waits block on the clock and the
    /// inner handler is called through <see cref="HttpMessageHandler.Send"/>, never by blocking on a task.
    /// </summary>
    internal abstract Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken);

    protected sealed override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Begin(request, async: true, cancellationToken);

    protected sealed override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Begin(request, async: false, cancellationToken).GetAwaiter().GetResult();

    /// <summary>Handles a call that comes from a handler which is none of ours, so that this one is the first in line.</summary>
    private protected virtual Task<HttpResponseMessage> BeginAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken) =>
        context.IsGrpc
            ? GrpcAnswer.InPlaceOfFailure(SendAsync(request, context, async, cancellationToken), request)
            : SendAsync(request, context, async, cancellationToken);

    /// <summary>Hands the call to the next handler. May throw instead of returning a faulted task, as any handler may.</summary>
    protected Task<HttpResponseMessage> NextAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken) =>
        Next is { } next
            ? next.SendAsync(request, context, async, cancellationToken)
            : SendInnerAsync(request, context, async, cancellationToken);

    /// <summary>
    /// Lets the handlers further in see how the attempt ended, innermost first. What comes back is the attempt as they leave it.
    /// </summary>
    protected Task<HttpResponseMessage> EndNext(Task<HttpResponseMessage> attempt, HttpRequestMessage request, CallContext context) =>
        Next is AttemptHandler next ? next.End(attempt, request, context) : attempt;

    private Task<HttpResponseMessage> Begin(HttpRequestMessage request, bool async, CancellationToken cancellationToken)
    {
        var options = Service.Options;
        return options.Enabled
            ? BeginAsync(request, CallContext.Rent(Service, options, request, cancellationToken), async, cancellationToken)
            : BypassAsync(request, async, cancellationToken);
    }

    /// <summary>The chain is switched off: straight through to what lies behind it.</summary>
    private Task<HttpResponseMessage> BypassAsync(HttpRequestMessage request, bool async, CancellationToken cancellationToken) =>
        Next is { } next
            ? next.BypassAsync(request, async, cancellationToken)
            : SendInnerAsync(request, context: null, async, cancellationToken);

    private Task<HttpResponseMessage> SendInnerAsync(
        HttpRequestMessage request, CallContext? context, bool async, CancellationToken cancellationToken)
    {
        var redirects = _redirects ??= RedirectWatch.Begin(this);
        if (context is not null)
        {
            context.Redirects = redirects;
        }

        return async ? base.SendAsync(request, cancellationToken) : Task.FromResult(base.Send(request, cancellationToken));
    }
}
