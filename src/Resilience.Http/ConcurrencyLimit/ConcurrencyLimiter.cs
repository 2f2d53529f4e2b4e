namespace Resilience.Http.ConcurrencyLimit;

/// <summary>
/// Permits for sends in flight, and a first-in, first-out queue of those that wait for one. A permit that is free, and the return of one
/// that nothing waits for, take no lock. Knows no HTTP and no clock.
/// </summary>
/// <remarks>
/// One word holds both numbers, <c>waiting * 2^32 + free</c>. So the step that takes a permit sees that nothing waits, the step that gives
/// one back sees whether something does, and an edit of the limit is a step in the same order: after it, no permit is taken on the old one.
/// <c>free</c> is negative while more are out than an edited limit allows.
/// </remarks>
internal sealed class ConcurrencyLimiter(int limit)
{
    private const long OneWaiter = 1L << 32;

    /// <summary>So far below zero that no edit of the limit makes it a number of free permits.</summary>
    private const long Retired = long.MinValue / 2;

    private readonly Lock _gate = new();
    private readonly WaiterQueue _queue = new();
    private long _state = limit;
    private int _limit = limit;
    private bool _isClosed;

    public int Limit => Volatile.Read(ref _limit);

    /// <summary>How many permits are out. Exact while the limit does not change.</summary>
    public int InFlight => Volatile.Read(ref _state) is var state && IsRetiredIn(state) ? 0 : Math.Max(0, Limit - (int)state);

    public int Waiting => _queue.Count;

    /// <summary>Takes a permit if one is free and nothing waits for it.</summary>
    public bool TryAcquire()
    {
        var state = Volatile.Read(ref _state);
        while (state is > 0 and <= int.MaxValue)
        {
            var seen = Interlocked.CompareExchange(ref _state, state - 1, state);
            if (seen == state)
            {
                return true;
            }

            state = seen;
        }

        return false;
    }

    /// <summary>Takes a permit, or a place in the queue.</summary>
    /// <param name="queueLimit">How many may wait.</param>
    /// <param name="waiter">What waits; used only if the result is <see cref="PermitResult.Queued"/>.</param>
    public PermitResult Acquire(int queueLimit, LimitWaiter waiter)
    {
        LimitWaiter? granted;
        lock (_gate)
        {
            if (IsRetiredIn(_state))
            {
                return PermitResult.Retired;
            }

            if (_isClosed || _queue.Count >= queueLimit)
            {
                return TryAcquire() ? PermitResult.Granted : PermitResult.Rejected;
            }

            _queue.Add(waiter);
            Interlocked.Add(ref _state, OneWaiter);
            granted = TakeGranted_NeedsLock(); // A permit may have come back before this one was seen to wait.
        }

        LimitWaiter.SignalAll(granted);
        return PermitResult.Queued;
    }

    /// <summary>Whether it was taken out of its table: ask that again.</summary>
    public bool IsRetired => IsRetiredIn(Volatile.Read(ref _state));

    /// <summary>Gives a permit back; to be called once for each.</summary>
    /// <returns>How many are out now.</returns>
    public int Release()
    {
        var state = Interlocked.Increment(ref _state);
        if (state > int.MaxValue)
        {
            Grant();
        }

        return Math.Max(0, Limit - (int)state);
    }

    /// <summary>Edits the limit. If more permits are out than it allows, none is given until enough have come back.</summary>
    public void SetLimit(int limit)
    {
        LimitWaiter? granted;
        lock (_gate)
        {
            var added = limit - _limit;
            Volatile.Write(ref _limit, limit);
            Interlocked.Add(ref _state, added);
            granted = TakeGranted_NeedsLock();
        }

        LimitWaiter.SignalAll(granted);
    }

    /// <summary>Takes a waiter out of the queue, unless it has left it before or was given a permit.</summary>
    public bool TryLeave(LimitWaiter waiter, WaitResult reason)
    {
        lock (_gate)
        {
            if (!_queue.TryRemove(waiter))
            {
                return false;
            }

            Interlocked.Add(ref _state, -OneWaiter);
        }

        waiter.End(reason);
        return true;
    }

    /// <summary>Ends all that wait; nothing waits from now on.</summary>
    public void Close()
    {
        LimitWaiter? ended = null;
        lock (_gate)
        {
            _isClosed = true;
            Interlocked.Add(ref _state, -OneWaiter * _queue.Count);
            ended = _queue.TakeAll(WaitResult.Closed);
        }

        LimitWaiter.SignalAll(ended);
    }

    /// <summary>Lets no send through any more, if none is in flight and none waits.</summary>
    public bool TryRetire()
    {
        lock (_gate)
        {
            return IsRetired || Interlocked.CompareExchange(ref _state, Retired, _limit) == _limit;
        }
    }

    private static bool IsRetiredIn(long state) => state <= Retired / 2;

    private void Grant()
    {
        LimitWaiter? granted;
        lock (_gate)
        {
            granted = TakeGranted_NeedsLock();
        }

        LimitWaiter.SignalAll(granted);
    }

    /// <summary>Hands free permits to the first in the queue. While something waits, nothing else takes one.</summary>
    private LimitWaiter? TakeGranted_NeedsLock()
    {
        var count = 0;
        while (count < _queue.Count && (int)Volatile.Read(ref _state) > count)
        {
            count++;
        }

        if (count == 0)
        {
            return null;
        }

        Interlocked.Add(ref _state, -(OneWaiter + 1) * count);
        return _queue.Take(count, WaitResult.Granted);
    }
}
