using Resilience.Http.Content;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Retry;

/// <summary>What makes it possible to send a request again, for the time of its call.</summary>
internal static class ReplayableRequest
{
    /// <summary>
    /// Notes what the caller sends. A body has a stand-in even if nothing may be repeated: only a body that is watched can be told from the
    /// connection when one of them fails.
    /// </summary>
    public static void Begin(HttpRequestMessage request, CallContext context)
    {
        var options = context.Options.Retry;
        var hedges = context.Options.HedgingIsEnabled && context.Settings.AllowRetry != false;
        var repeats = options.Enabled && options.MaxRetries > 0 && context.Settings.AllowRetry != false;
        var needsEmpty = EmptyContent.IsNeededFor(request, context.Settings);
        var watched = request.Content is { } content && !BodySources.IsShortAndInMemory(content, options.MaxBufferedBody) ? content : null;
        if (!repeats && !hedges && !needsEmpty && watched is null)
        {
            return;
        }

        var sent = context.Sent;
        sent.Take(request);
        if (needsEmpty
            && (context.Settings.AllowRetry == false || !ReplaySafety.Allows(sent, context.Settings, options.RetryUnsafeMethods)))
        {
            sent.SendInstead(new EmptyContent(), request);
            return;
        }

        if (watched is not null)
        {
            // Nothing is kept of a request that is not repeatable; but if nothing was sent, its body still is as good as new.
            var limit = repeats && ReplaySafety.Allows(sent, context.Settings, RepeatableMethods.Include(context, request.RequestUri))
                ? options.MaxBufferedBody
                : 0;
            sent.SendInstead(StandInContent.For(new RequestBody(watched, BodySources.Of(watched), limit)), request);
        }
    }

    /// <summary>The call has ended with the given attempt.</summary>
    public static void End(Task<HttpResponseMessage> attempt, HttpRequestMessage request, CallContext context, bool owner)
    {
        if (!attempt.IsCompletedSuccessfully && request.RequestUri is RoutedUri routed)
        {
            // A response keeps the request as it was sent, as after a redirect. Without one, the caller has asked for this.
            TryRestoreUri(request, routed);
        }

        context.Sent.EndCall(request, succeeded: attempt.IsCompletedSuccessfully && attempt.Result.IsSuccessStatusCode);
        context.Sending?.End();
        if (owner)
        {
            context.Return();
        }
    }

    private static void TryRestoreUri(HttpRequestMessage request, RoutedUri routed)
    {
        try
        {
            request.RequestUri = routed.Original;
        }
        catch (ObjectDisposedException)
        {
            // Disposed of while the call ran.
        }
    }
}
