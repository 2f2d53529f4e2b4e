using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Retry;

/// <summary>What happens between two attempts.</summary>
internal sealed partial class RetryHandler
{
    /// <summary>
    /// Waits. If the caller cancels the wait, what was taken from the budget goes back, and the call is over. If the app stops before the
    /// end of the wait, the deadline of the call has come.
    /// </summary>
    private async Task WaitAsync(
        TimeSpan delay, Judgement judgement, CallContext context, HttpRequestMessage request, string? earlier, bool async)
    {
        bool hasTime;
        try
        {
            hasTime = await StoppableWait.ForAsync(delay, context, async).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _budget.GiveBack(context);
            Conclude(RetryStopReason.CallerCanceled, judgement, context, request, earlier);
            throw;
        }

        if (delay > TimeSpan.Zero)
        {
            context.Attempt.InvalidateEnd();
        }

        if (!hasTime)
        {
            _budget.GiveBack(context); // The attempt that follows is not sent, and explains why.
            context.EndBy(context.Attempt.EndedAt, TimeoutScope.Shutdown);
        }
    }

    /// <summary>
    /// Restores the request once more: an attempt that was cut may have gone on and changed it during the wait. If it was disposed in the
    /// meantime, the call ends with what the last attempt threw; a response is gone by now.
    /// </summary>
    private void RestoreAfterWait(Task<HttpResponseMessage> attempt, CallContext context, HttpRequestMessage request, string? earlier)
    {
        if (context.Sent.TryRestore(request))
        {
            return;
        }

        _budget.GiveBack(context);
        var judgement = Judge(attempt, request, context); // Known already; handed over, it would outlive the wait: 8 bytes of every call.
        Conclude(RetryStopReason.RequestDisposed, judgement, context, request, earlier);
        if (!attempt.IsCompletedSuccessfully)
        {
            attempt.GetAwaiter().GetResult();
        }

        throw new ObjectDisposedException(
            nameof(HttpRequestMessage),
            "The request, or its body, was disposed while its call waited for the next attempt. " +
            "Dispose it after the call: await the call inside the using block.");
    }
}
