using Resilience.Http.Pipeline;

namespace Resilience.Http.Retry;

/// <summary>The first attempt. Nearly all calls end with it, so it stays out of the loop and keeps only what it needs.</summary>
internal sealed partial class RetryHandler
{
    /// <summary>Waits for a first attempt that did not end at once. Its state machine is smaller than that of the loop.</summary>
    private async Task<HttpResponseMessage> WaitForFirstAsync(
        Task<HttpResponseMessage> attempt, HttpRequestMessage request, CallContext context, bool owner)
    {
        await ((Task)attempt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!EndFirst(ref attempt, request, context, owner))
        {
            attempt = LoopAsync(attempt, request, context, owner, async: true);
            await ((Task)attempt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return attempt.GetAwaiter().GetResult(); // Completed. An awaiter of a second kind would cost every call 16 bytes.
    }

    /// <summary>Ends the first attempt in the handlers further in, and the call too unless its request may be sent again.</summary>
    /// <returns>Whether the call has ended. Then its context must not be touched any more.</returns>
    private bool EndFirst(ref Task<HttpResponseMessage> attempt, HttpRequestMessage request, CallContext context, bool owner)
    {
        var isOver = true; // Also if the user's code throws, such as a listener of metrics.
        try
        {
            attempt = EndNext(attempt, request, context.Attempt);
            isOver = IsOver(attempt, request, context);
        }
        finally
        {
            if (isOver)
            {
                ReplayableRequest.End(attempt, request, context, owner);
            }
        }

        return isOver;
    }

    private bool IsOver(Task<HttpResponseMessage> attempt, HttpRequestMessage request, CallContext context)
    {
        var judgement = Judge(attempt, request, context);
        if (Settle(judgement, context) is not { } reason)
        {
            return false;
        }

        _budget.Note(judgement, ResponseOf(attempt), context);
        Conclude(reason, judgement, context, request);
        return true;
    }
}
