using System.Diagnostics;

namespace Resilience.Http.Testing.Time;

/// <summary>
/// A call that blocks its thread. The runtime notifies the thread's context of each wait, so the scope knows when
/// the thread waits without help from the code under test.
/// </summary>
internal sealed class BlockingCall : SynchronizationContext
{
    private const int StillWaiting = 0x102;

    private static readonly string LockType = typeof(Lock).FullName!;
    private static readonly string MonitorType = typeof(Monitor).FullName!;
    private static readonly string[] OwnTypes = [typeof(BlockingCall).FullName!, typeof(SynchronizationContext).FullName!];
    private static readonly string[] WaitingTypes = [LockType, MonitorType, typeof(WaitHandle).FullName!];

    private readonly CallScope _scope;

    /// <summary>The thread is at the scope's own bookkeeping, whose locks are not waits of the call.</summary>
    [ThreadStatic]
    private static bool _atScope;

    private BlockingCall(CallScope scope)
    {
        _scope = scope;
        SetWaitNotificationRequired();
    }

    /// <summary>Runs the call on a thread of its own.</summary>
    public static Task<T> Start<T>(CallScope scope, Func<T> call)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        scope.Begin();
        new Thread(() =>
        {
            ScopeFlow.AdoptThread(scope);
            SetSynchronizationContext(new BlockingCall(scope));
            try
            {
                result.SetResult(call());
            }
            catch (Exception exception)
            {
                // What the call throws is passed to the code that waits for it.
                result.SetException(exception);
            }
            finally
            {
                SetSynchronizationContext(null);
                scope.End();
            }
        })
        { IsBackground = true, Name = "Blocking call on a virtual clock" }.Start();
        return result.Task;
    }

    public override SynchronizationContext CreateCopy() => this;

    public override int Wait(nint[] waitHandles, bool waitAll, int millisecondsTimeout)
    {
        // A wait of a limited real time ends without the clock, and one for a lock as soon as its owner gets on: such a thread counts as
        // running.
        if (_atScope || waitAll || millisecondsTimeout != Timeout.Infinite || IsForLock())
        {
            return WaitHelper(waitHandles, waitAll, millisecondsTimeout);
        }

        _atScope = true;
        try
        {
            return WaitBlocked(waitHandles);
        }
        finally
        {
            _atScope = false;
        }
    }

    /// <summary>
    /// The runtime notifies of a lock as it does of an event, so the frames below <see cref="Wait"/> have to say
    /// which it is: Monitor.Enter or Monitor.Wait, a wait handle alone or below Lock. How many frames there are depends on what was
    /// inlined.
    /// </summary>
    private static bool IsForLock() => new StackTrace(fNeedFileInfo: false).GetFrames()
        .Select(DiagnosticMethodInfo.Create)
        .SkipWhile(static frame => OwnTypes.Contains(frame?.DeclaringTypeName))
        .TakeWhile(static frame => frame is not null && WaitingTypes.Contains(frame.DeclaringTypeName))
        .Any(
            static frame => frame!.DeclaringTypeName == LockType
                || (frame.DeclaringTypeName == MonitorType && !frame.Name.Contains(nameof(Wait), StringComparison.Ordinal)));

    private int WaitBlocked(nint[] waitHandles)
    {
        using var thread = new BlockedThread();
        nint[] handles = [.. waitHandles, thread.QuestionHandle];
        _scope.Block(thread);
        try
        {
            while (true)
            {
                var signaled = WaitHelper(handles, waitAll: false, Timeout.Infinite);
                if (signaled != waitHandles.Length)
                {
                    return signaled;
                }

                // Asked first, looked afterwards: what happens later than the question is another activity, and another question.
                var asked = thread.Asked;
                signaled = WaitHelper(waitHandles, waitAll: false, 0);
                if (signaled != StillWaiting)
                {
                    return signaled;
                }

                _scope.StillBlocked(thread, asked);
            }
        }
        finally
        {
            _scope.Unblock(thread);
        }
    }
}
