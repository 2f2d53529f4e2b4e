using System.Text;

namespace Resilience.Http.Testing.Time;

/// <summary>
/// Drives one call on a thread of its own: starts it there, and fires the clock's next timer whenever nothing else can run.
/// </summary>
internal sealed class CallDriver<T>(VirtualTimeProvider clock, Func<Task<T>> call)
{
    private readonly DrivenCall _state = new();
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Start()
    {
        PoolEvents.Listen();
        ScopeFlow.MarkOutside();
        clock.Scope.Begin(_state);
        new Thread(Drive) { IsBackground = true, Name = "Virtual clock" }.Start();
        return _result.Task;
    }

    private void Drive()
    {
        ScopeFlow.AdoptThread(clock.Scope);
        using var watchdog = new Watchdog(clock.Scope, clock.RealTimeLimit, GiveUp);
        try
        {
            var task = call();
            EndWith(task);
            var latest = clock.LatestOfACall();
            while (clock.Scope.WaitForTurn(_state))
            {
                FireNext(latest);
            }

            if (task.IsCompleted)
            {
                _result.TrySetFromTask(task);
            }
        }
        catch (Exception exception)
        {
            // What the call or a timer's callback throws is passed to the code that waits for the call.
            _result.TrySetException(exception);
        }
        finally
        {
            clock.Scope.Leave(_state);
        }
    }

    /// <summary>
    /// From the watchdog, which cannot wake a driver whose thread the call blocks: the code that waits for the call is notified all the
    /// same.
    /// </summary>
    private void GiveUp()
    {
        var error = new InvalidOperationException(
            $"The call has not ended, and nothing has happened for {ExactDuration.Format(clock.RealTimeLimit)} of real time " +
            $"(RealTimeLimit), so that the virtual clock could not be moved: {clock.Scope}. Does it block a thread inside RunAsync " +
            $"(use Run for that), or loop? {Waiting()}");
        if (_result.TrySetException(error))
        {
            clock.Scope.Leave(_state);
        }
    }

    private void EndWith(Task<T> task)
    {
        if (task.IsCompleted)
        {
            clock.Scope.End(_state);
        }
        else
        {
            task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => clock.Scope.End(_state));
        }
    }

    private void FireNext(long latest)
    {
        if (clock.NextDue() is not { } due)
        {
            throw new InvalidOperationException(
                $"Nothing can advance this call: none of its work is running, and no timer waits on this virtual clock, which stands at " +
                $"{ExactDuration.Format(clock.Elapsed)} after its start. " +
                "The call waits for something that the clock does not move: a task that is never completed, a real socket, a timer of " +
                "the system's clock.");
        }

        if (due > latest)
        {
            throw new InvalidOperationException(
                $"The call has not ended although the clock was moved by {ExactDuration.Format(clock.VirtualTimeLimit)}, which is the " +
                $"most for one call (VirtualTimeLimit). {Waiting()}");
        }

        clock.FireNext(due);
    }

    private string Waiting()
    {
        var timers = clock.PendingTimers;
        var text = new StringBuilder(
            $"The clock stands at {ExactDuration.Format(clock.Elapsed)} after its start; {timers.Count} timer(s) wait");
        foreach (var timer in timers)
        {
            text.Append(Environment.NewLine).Append("  ").Append(timer);
        }

        return text.ToString();
    }
}
