using System.Threading.Tasks.Sources;

namespace Resilience.Http.Hedging;

/// <summary>
/// Wakes the one who waits for it, as often as needed and without an allocation. It may also wake without a reason, such as one that an
/// earlier use left behind: the one who waits looks what there is.
/// </summary>
internal sealed class HedgeSignal : IValueTaskSource
{
    private const int None = 0;
    private const int Raised = 1;
    private const int Awaited = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;

    public HedgeSignal() => RaiseAction = Raise;

    /// <summary><see cref="Raise"/>, as a continuation that need not be made each time.</summary>
    public Action RaiseAction { get; }

    public void Raise()
    {
        if (Interlocked.Exchange(ref _state, Raised) == Awaited)
        {
            _core.SetResult(true);
        }
    }

    /// <summary>Waits for the next signal, or for one that has been raised since the last wait. One at a time may wait.</summary>
    public ValueTask WaitAsync()
    {
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Awaited, None) == None)
        {
            return new ValueTask(this, _core.Version);
        }

        Interlocked.Exchange(ref _state, None);
        return ValueTask.CompletedTask;
    }

    void IValueTaskSource.GetResult(short token)
    {
        _core.GetResult(token);
        Interlocked.Exchange(ref _state, None); // Before the look at what there is: what comes after that look raises it anew.
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
