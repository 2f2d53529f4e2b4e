using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Retry;

/// <summary>A wait between two attempts, which ends early if the app begins to stop and the wait would outlast what is left.</summary>
internal static class StoppableWait
{
    /// <returns>False if no time is left for what comes after the wait.</returns>
    /// <exception cref="OperationCanceledException">The caller canceled.</exception>
    public static Task<bool> ForAsync(TimeSpan delay, CallContext context, bool async) =>
        context.Service.Host.Shutdown is { IsExpected: true } shutdown && delay > TimeSpan.Zero
            ? UntilStopOrEndAsync(delay, context, shutdown, async)
            : ToTheEndAsync(delay, context, async);

    private static async Task<bool> ToTheEndAsync(TimeSpan delay, CallContext context, bool async)
    {
        await ClockWait.For(delay, context.Clock, async, context.CallerToken).ConfigureAwait(false);
        return true;
    }

    private static async Task<bool> UntilStopOrEndAsync(TimeSpan delay, CallContext context, Shutdown shutdown, bool async)
    {
        var clock = context.Clock;
        var end = clock.After(clock.GetTimestamp(), delay);
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CallerToken, shutdown.Stopping))
        {
            try
            {
                await ClockWait.For(delay, clock, async, stop.Token).ConfigureAwait(false);
                return true;
            }
            catch (OperationCanceledException exception)
            {
                if (context.CallerToken.IsCancellationRequested)
                {
                    throw new TaskCanceledException("The call was canceled by its caller.", exception, context.CallerToken);
                }

                if (end >= context.Deadline)
                {
                    return false;
                }
            }
        }

        return await ToTheEndAsync(clock.Until(clock.GetTimestamp(), end)!.Value, context, async).ConfigureAwait(false);
    }
}
