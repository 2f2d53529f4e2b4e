using Resilience.Http.Requests;

namespace Resilience.Http.Retry;

/// <summary>What makes it possible to send a request again, for the time of its call.</summary>
internal static class ReplayableRequest
{
    /// <summary>
    /// Notes what the caller sends, and sees to it that a body which can be read only once can be sent again. Such a body has a stand-in even if
    /// nothing is repeated: then a body that an earlier call has read is known as such, and so is one that cannot be read.
    /// </summary>
    public static void Begin(HttpRequestMessage request, CallContext context)
    {
        var options = context.Options.Retry;
        var repeats = options.Enabled && options.MaxRetries > 0 && context.Settings.AllowRetry != false;
        var needsEmpty = EmptyContent.IsNeededFor(request, context.Settings);
        if (!repeats && !needsEmpty && request.Content is not StreamContent)
        {
            return;
        }

        var sent = context.Sent;
        sent.Take(request);
        if (needsEmpty && (context.Settings.AllowRetry == false || !ReplaySafety.Allows(sent, context.Settings, options.RetryUnsafeMethods)))
        {
            sent.SendInstead(new EmptyContent(), request);
            return;
        }

        if (BodyReplay.OneShot(sent.Content) is { } oneShot)
        {
            // Nothing is kept of a request that is not repeatable; but if nothing was sent, its body still is as good as new.
            var limit = repeats && ReplaySafety.Allows(sent, context.Settings, options.RetryUnsafeMethods) ? options.MaxBufferedBody : 0;
            sent.SendInstead(ReadAheadContent.For(oneShot, limit), request);
        }
    }

    /// <summary>The call has ended.</summary>
    public static void End(HttpRequestMessage request, CallContext context, bool owner)
    {
        context.Sent.ReturnContent(request);
        context.Sending?.End();
        if (owner)
        {
            context.Return();
        }
    }
}
