namespace Resilience.Http.Hedging;

/// <summary>
/// A timer that serves one send after the other. It is not touched per send: it is left to tick at an earlier deadline, and the tick moves
/// it on to the deadline of the send that is in progress by then.
/// </summary>
/// <remarks>
/// No deadline is missed: a use that begins writes its deadline, then reads what the timer is armed for; the tick marks the timer as
/// unarmed, then reads the deadline; both with a full fence between. One of the two sees the other and arms.
/// </remarks>
internal sealed class HedgeTimer : IDisposable
{
    private const long Idle = long.MaxValue;
    private const long Unarmed = long.MaxValue;

    private readonly TimeProvider _clock;
    private readonly Action _due;
    private readonly ITimer _timer;
    private readonly Lock _arming = new();
    private long _deadline = Idle;
    private long _armedFor = Unarmed;

    public HedgeTimer(TimeProvider clock, Action due)
    {
        (_clock, _due) = (clock, due);
        _timer = Create();
    }

    public TimeProvider Clock => _clock;

    /// <summary>Whether a deadline was set and has passed.</summary>
    public bool IsDue(long now) => now >= Volatile.Read(ref _deadline);

    /// <summary>Sets the deadline, in place of any other.</summary>
    public void Set(long deadline)
    {
        Interlocked.Exchange(ref _deadline, deadline);
        if (Volatile.Read(ref _armedFor) > deadline)
        {
            Arm(deadline);
        }
    }

    /// <summary>Takes the deadline away. The timer may still tick, which then does nothing.</summary>
    public void Stop() => Volatile.Write(ref _deadline, Idle);

    public void Dispose() => _timer.Dispose();

    /// <summary>It carries nothing of the call that happens to need it first: no activity, no logging scope.</summary>
    private ITimer Create()
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return New();
        }

        using (ExecutionContext.SuppressFlow())
        {
            return New();
        }

        ITimer New() => _clock.CreateTimer(
            static state => ((HedgeTimer)state!).OnTick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void OnTick()
    {
        Interlocked.Exchange(ref _armedFor, Unarmed);
        var deadline = Volatile.Read(ref _deadline);
        if (deadline == Idle)
        {
            return;
        }

        if (_clock.GetTimestamp() < deadline)
        {
            Arm(deadline);
        }
        else
        {
            _due();
        }
    }

    private void Arm(long deadline)
    {
        lock (_arming)
        {
            if (deadline < _armedFor)
            {
                // Noted first: a tick that comes at once must find the note and take it back.
                Interlocked.Exchange(ref _armedFor, deadline);
                _timer.Change(WaitUntil(deadline), Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Timers count whole milliseconds and cut the rest off, so it is rounded up: never early.</summary>
    private TimeSpan WaitUntil(long deadline) => TimeSpan.FromMilliseconds(
        Math.Max(1, Math.Ceiling((deadline - _clock.GetTimestamp()) * 1_000d / _clock.TimestampFrequency)));
}
