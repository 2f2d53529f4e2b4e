using System.Diagnostics;
using System.Text;

namespace Resilience.Http.Testing.Time;

/// <summary>Drives one call on a thread of its own: starts it there, and fires the clock's next timer whenever nothing else can run.</summary>
internal sealed class CallDriver<T>(VirtualTimeProvider clock, Func<Task<T>> call)
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Start()
    {
        PoolEvents.Listen();
        ScopeFlow.MarkOutside();
        clock.Scope.Begin();
        new Thread(Drive) { IsBackground = true, Name = "Virtual clock" }.UnsafeStart();
        return _result.Task;
    }

    private void Drive()
    {
        ScopeFlow.AdoptThread(clock.Scope);
        var running = true;
        try
        {
            var task = call();
            task.GetAwaiter().UnsafeOnCompleted(clock.Scope.Wake);
            clock.Scope.End();
            running = false;

            var latest = clock.GetTimestamp() + clock.VirtualTimeLimit.Ticks;
            while (clock.Scope.TryTakeTurn(task, RealTimeLimit))
            {
                running = true;
                FireNext(latest);
                clock.Scope.End();
                running = false;
            }

            _result.SetFromTask(task);
        }
        catch (TimeoutException stalled) when (!running)
        {
            _result.SetException(new InvalidOperationException(Stalled(stalled.Message)));
        }
#pragma warning disable CA1031 // Whatever the call or a timer's callback throws is for whoever waits for the call.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _result.SetException(exception);
        }
        finally
        {
            if (running)
            {
                clock.Scope.End();
            }
        }
    }

    private TimeSpan RealTimeLimit => Debugger.IsAttached ? Timeout.InfiniteTimeSpan : clock.RealTimeLimit;

    private void FireNext(long latest)
    {
        if (clock.NextDue() is not { } due)
        {
            throw new InvalidOperationException(
                $"Nothing can advance this call any more: none of its work is running, and no timer waits on this virtual clock, which stands at {clock.Elapsed} after its start. " +
                "The call waits for something that the clock does not move: a task that nobody completes, a real socket, a timer of the system's clock.");
        }

        if (due > latest)
        {
            throw new InvalidOperationException(
                $"The call has not ended although the clock was moved by {clock.VirtualTimeLimit}, which is the most for one call (VirtualTimeLimit). {Waiting()}");
        }

        clock.FireNext(due);
    }

    private string Stalled(string state) =>
        $"The call has not ended, and nothing has happened for {clock.RealTimeLimit} of real time (RealTimeLimit), so that the virtual clock could not be moved: {state}. " +
        $"Does it block a thread inside RunAsync (use Run for that), or loop? {Waiting()}";

    private string Waiting()
    {
        var timers = clock.PendingTimers;
        var text = new StringBuilder($"The clock stands at {clock.Elapsed} after its start; {timers.Count} timer(s) wait");
        foreach (var timer in timers)
        {
            text.Append(Environment.NewLine).Append("  ").Append(timer);
        }

        return text.ToString();
    }
}
