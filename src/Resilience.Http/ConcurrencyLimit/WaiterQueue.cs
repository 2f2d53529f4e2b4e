namespace Resilience.Http.ConcurrencyLimit;

/// <summary>A linked list, so that a waiter in the middle leaves at once and its place is gone. Its owner locks.</summary>
internal sealed class WaiterQueue
{
    private LimitWaiter? _first;
    private LimitWaiter? _last;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Add(LimitWaiter waiter)
    {
        (waiter.Previous, waiter.Next, waiter.IsQueued) = (_last, null, true);
        if (_last is { } last)
        {
            last.Next = waiter;
        }
        else
        {
            _first = waiter;
        }

        _last = waiter;
        _count++;
    }

    public bool TryRemove(LimitWaiter waiter)
    {
        if (!waiter.IsQueued)
        {
            return false;
        }

        if (waiter.Previous is { } previous)
        {
            previous.Next = waiter.Next;
        }
        else
        {
            _first = waiter.Next;
        }

        if (waiter.Next is { } next)
        {
            next.Previous = waiter.Previous;
        }
        else
        {
            _last = waiter.Previous;
        }

        (waiter.Previous, waiter.Next, waiter.IsQueued) = (null, null, false);
        _count--;
        return true;
    }

    /// <summary>Takes out the first ones. They are linked by <see cref="LimitWaiter.Next"/> and know how they ended.</summary>
    public LimitWaiter? Take(int count, WaitResult result)
    {
        LimitWaiter? head = null;
        LimitWaiter? tail = null;
        for (; count > 0 && _first is { } waiter; count--)
        {
            TryRemove(waiter);
            waiter.Result = result;
            head ??= waiter;
            if (tail is not null)
            {
                tail.Next = waiter;
            }

            tail = waiter;
        }

        return head;
    }

    public LimitWaiter? TakeAll(WaitResult result) => Take(_count, result);
}
