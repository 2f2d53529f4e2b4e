using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Fallback;

/// <summary>Asks one of the user's delegates, for as long as it may take.</summary>
internal static class FallbackDelegate
{
    /// <summary>
    /// How long all delegates of a call may take together: what is left until the deadline of the call, and at least
    /// <see cref="HttpFallbackOptions.Timeout"/>. Without a deadline they have no limit but the caller's.
    /// </summary>
    public static TimeSpan TimeFor(CallContext context)
    {
        if (context.Clock.Until(context.Clock.GetTimestamp(), context.Deadline) is not { } left)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var least = context.Options.Fallback.Timeout;
        return left > least ? left : least;
    }

    public static async ValueTask<HttpResponseMessage?> AskAsync(
        Func<FallbackContext, CancellationToken, ValueTask<HttpResponseMessage?>> fallback,
        FallbackContext failed,
        bool async,
        CancellationToken cancellationToken)
    {
        var asked = fallback(failed, cancellationToken);
        if (asked.IsCompleted)
        {
            return await asked.ConfigureAwait(false);
        }

        // A delegate that ignores its token is left behind: the caller's time is over, and an answer that comes too late is thrown away.
        var answer = asked.AsTask();
        var inTime = answer.WaitAsync(cancellationToken);
        try
        {
            // Only a synchronous Send with a delegate that truly waits blocks here: there is no other way to wait for a task.
            return async ? await inTime.ConfigureAwait(false) : inTime.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            _ = DisposeLateAsync(answer, failed.Response);
            throw;
        }
    }

    /// <summary>
    /// Also if the answer has come by now: it came after the wait for it was given up. The failed response is the caller's.
    /// </summary>
    private static async Task DisposeLateAsync(Task<HttpResponseMessage?> answer, HttpResponseMessage? failed)
    {
        await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (answer.IsCompletedSuccessfully && answer.Result != failed)
        {
            answer.Result?.Dispose();
        }
    }
}
