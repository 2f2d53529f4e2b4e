using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Timeouts;

/// <summary>
/// A token source and a timer that serve one attempt after the other. The timer is not touched per attempt: it is left to tick at an
/// earlier deadline, and the tick moves it on to the deadline of the use that is in progress by then.
/// </summary>
/// <remarks>
/// No tick is missed: a use that begins writes its deadline, then reads what the timer is armed for; the tick marks the timer as unarmed,
/// then reads the deadline; both with a full fence between. One of the two sees the other and arms. No attempt is cut by the deadline of
/// another: a tick cancels only after it has exchanged the very deadline that is due for <see cref="Fired"/>, and a use that ends takes its
/// deadline away first. A source that was canceled, by either side, is never used again.
/// <para>
/// A deadline that is moved (<see cref="TryExtend"/>) is covered by the same argument. If the tick has read the old deadline, its exchange
/// fails; it has marked the timer as unarmed before that read, so the mover, who reads the mark after its write, arms. If the tick reads
/// the new deadline, it arms. If no tick is under way, the timer is armed for an earlier time and its tick will read the new deadline.
/// </para>
/// <para>
/// A deadline that is due waits for its turn in the pool's queue, so that an answer that came first is seen first. It does so at most as
/// long again as the limit: if threads block on a service that hangs, the queue may not move until limits fire.
/// </para>
/// </remarks>
internal sealed partial class TimeoutSource : IDisposable
{
    /// <summary>A deadline for a use that nothing limits but the shutdown of the app.</summary>
    public const long Unlimited = long.MaxValue - 1;

    private const long Idle = long.MaxValue;
    private const long Fired = long.MinValue;
    private const long Unarmed = long.MaxValue;

    /// <summary>
    /// The one that rented it, the timer and the link to the caller's token: any of them may be in the middle of using the source.
    /// </summary>
    private const int AllHolders = 3;

    private readonly CancellationTokenSource _source = new();
    private readonly ITimer _timer;
    private readonly Lock _arming = new();
    private long _deadline = Idle;
    private long _armedFor = Unarmed;
    private int _generation;
    private int _use;
    private int _holders = AllHolders;
    private bool _linked;
    private CancellationTokenRegistration _link;
    private ILogger? _log;

    public TimeoutSource(TimeoutLeasePool pool)
    {
        Pool = pool;
        Token = _source.Token;
        _timer = pool.CreateTimer(static state => ((TimeoutSource)state!).OnTick(), this);
        pool.Sources.Add(this);
    }

    public TimeoutLeasePool Pool { get; }

    public CancellationToken Token { get; }

    /// <summary>Whether a use has begun and not ended. Only its holder may ask, and a holder about to begin.</summary>
    public bool IsInUse => Volatile.Read(ref _deadline) != Idle;

    public bool HasFired => Volatile.Read(ref _deadline) == Fired;

    /// <summary>Whether its deadline is still to come.</summary>
    public bool IsRunning => Volatile.Read(ref _deadline) is not (Idle or Fired);

    /// <summary>Whether it was thrown away.</summary>
    public bool IsDisposed => Volatile.Read(ref _holders) == 0;

    /// <summary>Identifies the use that the last <see cref="Begin"/> began, for <see cref="TryExtend"/>.</summary>
    public int Use => Volatile.Read(ref _use);

    /// <summary>The right to use it from <see cref="Begin"/> on, for one who may end it twice.</summary>
    public TimeoutLease Lease => new(this, _generation);

    /// <param name="startedAt">The timestamp at which the wait began.</param>
    /// <param name="deadline">The timestamp at which the token is canceled.</param>
    /// <param name="log">Where callbacks that throw are logged.</param>
    /// <param name="callerToken">What cancels it before.</param>
    /// <param name="callDeadline">The deadline of the whole call, which a process that is behind exceeds by a bounded time.</param>
    /// <param name="shutdown">The shutdown that the deadline is to keep to, also if it begins later.</param>
    public void Begin(
        long startedAt,
        long deadline,
        ILogger log,
        CancellationToken callerToken,
        long callDeadline = long.MaxValue,
        Shutdown? shutdown = null)
    {
        _log = log;
        _shutdown = shutdown;
        _use++;
        _startedAt = startedAt;
        _callDeadline = callDeadline;
        _queuedFor = Idle;
        _lateness = TimeSpan.Zero;
        Interlocked.Exchange(ref _deadline, deadline);
        if (Volatile.Read(ref _armedFor) > deadline)
        {
            Arm(deadline);
        }

        KeepTo(shutdown, _use);
        Pool.Probe?.EnsureRunning();

        _linked = callerToken.CanBeCanceled;
        _link = callerToken.UnsafeRegister(static state => ((TimeoutSource)state!).OnCallerCanceled(), this);
    }

    /// <summary>
    /// Moves the deadline of a use in progress. Any thread may call it at any time: if the use has ended or its deadline has fired, nothing
    /// changes. Costs one exchange; the timer is not touched unless the new deadline is earlier than its next tick.
    /// </summary>
    /// <param name="use">The <see cref="Use"/> read after its <see cref="Begin"/>.</param>
    /// <param name="startedAt">The timestamp at which the wait began anew.</param>
    /// <param name="deadline">The new timestamp at which the token is canceled.</param>
    /// <returns>Whether the deadline was moved.</returns>
    public bool TryExtend(int use, long startedAt, long deadline)
    {
        if (!TryMove(use, startedAt, Math.Min(deadline, Unlimited)))
        {
            return false;
        }

        KeepTo(_shutdown, use);
        return true;
    }

    /// <summary>To be called once for each <see cref="Begin"/>.</summary>
    /// <returns>Whether it can begin again. One that cannot has seen to its end.</returns>
    public bool End()
    {
        var letGo = 1;
        if (!_linked || _link.Unregister())
        {
            letGo++;
        }

        if (Interlocked.Exchange(ref _deadline, Idle) != Fired)
        {
            letGo++;
        }

        if (letGo == AllHolders && _source.TryReset())
        {
            _link = default; // An idle source may outlive the caller and the host.
            _log = null;
            _shutdown = null;
            return true;
        }

        _timer.Dispose();
        Release(letGo);
        return false;
    }

    /// <summary>Ends the use that began with a lease, unless that was done before, and leaves the source to the pool.</summary>
    public void Return(int generation)
    {
        if (Interlocked.CompareExchange(ref _generation, generation + 1, generation) == generation && End())
        {
            Pool.Keep(this);
        }
    }

    /// <summary>
    /// Throws away one that is not in use. One that is in use and cannot be used again is disposed by the last to let go.
    /// </summary>
    public void Dispose()
    {
        _timer.Dispose();
        Release(AllHolders);
    }

    private bool TryMove(int use, long startedAt, long deadline)
    {
        while (true)
        {
            var current = Volatile.Read(ref _deadline);
            if (current is Idle or Fired || Volatile.Read(ref _use) != use)
            {
                return false;
            }

            // Fails only if the use has ended, its deadline has fired, or another thread has moved it.
            if (Interlocked.CompareExchange(ref _deadline, deadline, current) == current)
            {
                if (Volatile.Read(ref _use) != use)
                {
                    // A use that began in between happens to have the same deadline, such as none.
                    Interlocked.CompareExchange(ref _deadline, current, deadline);
                    return false;
                }

                _startedAt = startedAt;
                if (Volatile.Read(ref _armedFor) > deadline)
                {
                    Arm(deadline);
                }

                return true;
            }
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
                _timer.Change(Pool.WaitUntil(deadline), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void OnCallerCanceled()
    {
        try
        {
            _source.Cancel();
        }
        finally
        {
            Release(1);
        }
    }

    /// <summary>The last to let go disposes the source, so that a disposed one is never canceled.</summary>
    private void Release(int holders)
    {
        if (Interlocked.Add(ref _holders, -holders) == 0)
        {
            _source.Dispose();
        }
    }
}
