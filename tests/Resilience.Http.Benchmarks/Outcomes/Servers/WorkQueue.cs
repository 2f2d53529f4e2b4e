namespace Resilience.Http.Benchmarks.Outcomes.Servers;

/// <summary>A number of workers, and a queue with a limit in front of them: first come, first served.</summary>
internal sealed class WorkQueue(int workers, int limit)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private int _workers = workers;
    private int _busy;

    /// <summary>Waits for a worker; <see langword="false"/> if the queue is full.</summary>
    public async ValueTask<bool> TryEnterAsync(CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_gate)
        {
            if (_busy < _workers)
            {
                _busy++;
                return true;
            }

            if (_waiting.Count >= limit)
            {
                return false;
            }

            place = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        await using var abandoned = cancellationToken.UnsafeRegister(_ => Leave(place), null);
        await place.Value.Task;
        return true;
    }

    public void Exit()
    {
        lock (_gate)
        {
            _busy--;
            BeginWaiting_NeedsLock();
        }
    }

    public void SetWorkers(int count)
    {
        lock (_gate)
        {
            _workers = count;
            BeginWaiting_NeedsLock();
        }
    }

    private void Leave(LinkedListNode<TaskCompletionSource> place)
    {
        lock (_gate)
        {
            if (place.List is not null)
            {
                _waiting.Remove(place);
                place.Value.SetCanceled();
            }
        }
    }

    private void BeginWaiting_NeedsLock()
    {
        while (_busy < _workers && _waiting.First is { } first)
        {
            _waiting.RemoveFirst();
            _busy++;
            first.Value.SetResult();
        }
    }
}
