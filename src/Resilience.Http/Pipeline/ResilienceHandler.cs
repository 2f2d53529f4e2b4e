using Resilience.Http.ClientSettings;
using Resilience.Http.Grpc;

namespace Resilience.Http.Pipeline;

/// <summary>
/// The base of the chain's handlers. The first in line makes the <see cref="CallContext"/>, and each passes it on if the next is a handler
/// of the chain too. Handlers hold no state of a call: the factory rebuilds them every two minutes.
/// </summary>
/// <param name="service">Whose calls it handles.</param>
/// <param name="feature">
/// The feature without which it has no part in a call: the handler before it passes over it. <see cref="OptionalFeatures.None"/> if it
/// always has one.
/// </param>
internal abstract class ResilienceHandler(ServiceState service, OptionalFeatures feature = OptionalFeatures.None) : DelegatingHandler
{
    private readonly OptionalFeatures _feature = feature;
    private OptionalFeatures _skipped;
    private ResilienceHandler? _required;
    private ResilienceHandler? _next;
    private volatile Shortcut? _shortcut;
    private volatile RedirectWatch? _redirects;

    public ServiceState Service { get; } = service;

    /// <summary>
    /// The next handler if it belongs to the chain. Noted, since six casts are 2 % of a call, and compared, since it may be exchanged.
    /// </summary>
    private ResilienceHandler? Next
    {
        get
        {
            var (noted, inner) = (Volatile.Read(ref _next), InnerHandler);
            if (ReferenceEquals(noted, inner))
            {
                return noted;
            }

            return inner is ResilienceHandler next ? Note(next) : null;
        }
    }

    /// <summary>
    /// Handles the call. With <paramref name="async"/> false the returned task is always completed: waits block on the clock and the
    /// inner handler is called through <see cref="HttpMessageHandler.Send"/>, never by blocking on a task.
    /// </summary>
    internal abstract Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken);

    /// <summary>Handles one attempt of the call. A handler with no part in it sees only the call.</summary>
    internal virtual Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, AttemptContext attempt, bool async, CancellationToken cancellationToken) =>
        SendAsync(request, attempt.Call, async, cancellationToken);

    /// <summary>Ends an attempt; see <see cref="AttemptHandler"/>. A handler with no part in it passes the end on.</summary>
    internal virtual Task<HttpResponseMessage> End(Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt) =>
        EndNext(ended, request, attempt);

    protected sealed override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Begin(request, async: true, cancellationToken);

    protected sealed override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Begin(request, async: false, cancellationToken).GetAwaiter().GetResult();

    /// <summary>Handles a call that comes from outside the chain, so that this handler is the first in line.</summary>
    private protected virtual Task<HttpResponseMessage> BeginAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken) =>
        context.IsGrpc
            ? GrpcAnswer.InPlaceOfFailure(SendAsync(request, context, async, cancellationToken), request)
            : SendAsync(request, context, async, cancellationToken);

    /// <summary>Hands the call to the next handler. May throw instead of returning a faulted task, as any handler may.</summary>
    protected Task<HttpResponseMessage> NextAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken) =>
        NextIn(context) is { } next
            ? next.SendAsync(request, context, async, cancellationToken)
            : SendInnerAsync(request, context.Attempt, async, cancellationToken);

    /// <summary>As the other overload, with the attempt that the next handler takes part in.</summary>
    protected Task<HttpResponseMessage> NextAsync(
        HttpRequestMessage request, AttemptContext attempt, bool async, CancellationToken cancellationToken) =>
        NextIn(attempt.Call) is { } next
            ? next.SendAsync(request, attempt, async, cancellationToken)
            : SendInnerAsync(request, attempt, async, cancellationToken);

    /// <summary>Ends an attempt in the handlers further in that have begun it, the innermost first.</summary>
    /// <returns>The attempt as they leave it.</returns>
    protected Task<HttpResponseMessage> EndNext(Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt) =>
        attempt.OpenHandlers > 0 && NextIn(attempt.Call) is { } next ? next.End(ended, request, attempt) : ended;

    /// <summary>
    /// The next handler that has a part in the call; <see langword="null"/> if the next handler is not part of the chain. The last handler
    /// of the chain is never passed over, since it is the one that sends.
    /// </summary>
    private ResilienceHandler? NextIn(CallContext call)
    {
        if (Next is not { } next)
        {
            return null;
        }

        var off = call.Options.FeaturesOff;
        if ((_skipped & ~off) == OptionalFeatures.None)
        {
            return _required;
        }

        return _shortcut is { } shortcut && shortcut.Off == off && ReferenceEquals(shortcut.From, next)
            ? shortcut.To
            : NoteShortcut(next, off);
    }

    /// <summary>
    /// Notes which handlers are passed over if some of these features are on. A call that had to find out would do so twice: on its way in
    /// and on its way back.
    /// </summary>
    private ResilienceHandler NoteShortcut(ResilienceHandler from, OptionalFeatures off)
    {
        var to = from;
        while ((to._feature & off) != 0 && to.Next is { } further)
        {
            to = further;
        }

        _shortcut = new(from, off, to);
        return to;
    }

    /// <summary>
    /// Notes which handlers are passed over if all their features are off, as they nearly always are. Then a call does not touch them: with
    /// thousands of clients, each is a wait for memory. What is inside a handler that is passed over stays as it was at the first call.
    /// </summary>
    private ResilienceHandler Note(ResilienceHandler next)
    {
        var (required, skipped) = (next, OptionalFeatures.None);
        while (required._feature != OptionalFeatures.None && required.Next is { } further)
        {
            skipped |= required._feature;
            required = further;
        }

        (_skipped, _required) = (skipped, required);
        Volatile.Write(ref _next, next); // Last: who reads it finds the others.
        return next;
    }

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
            : SendInnerAsync(request, attempt: null, async, cancellationToken);

    private Task<HttpResponseMessage> SendInnerAsync(
        HttpRequestMessage request, AttemptContext? attempt, bool async, CancellationToken cancellationToken)
    {
        var redirects = _redirects ??= RedirectWatch.Begin(this);
        if (attempt is not null)
        {
            attempt.Redirects = redirects;
        }

        return async ? base.SendAsync(request, cancellationToken) : Task.FromResult(base.Send(request, cancellationToken));
    }

    /// <summary>The way past the handlers of features that are off. One object, so that no call sees parts of two.</summary>
    private sealed record Shortcut(ResilienceHandler From, OptionalFeatures Off, ResilienceHandler To);
}
