namespace Resilience.Http.Pipeline;

/// <summary>
/// The endpoints that the sends of a call have gone to. A later send, a retry or a hedge, avoids them. Two sends of one call may run at the
/// same time, so this is locked.
/// </summary>
internal sealed class TriedEndpoints
{
    private readonly List<object> _tried = [];
    private readonly Lock _gate = new();
    private volatile int _count;

    /// <summary>How many sends have gone somewhere.</summary>
    public int Count => _count;

    /// <summary>A send goes to an endpoint.</summary>
    public void Add(object endpoint)
    {
        lock (_gate)
        {
            _tried.Add(endpoint);
            _count++;
        }
    }

    /// <summary>A send was refused there. Other sends may have gone to the same endpoint, so only one visit is forgotten.</summary>
    public void Remove(object endpoint)
    {
        lock (_gate)
        {
            if (_tried.Remove(endpoint))
            {
                _count--;
            }
        }
    }

    public bool Contains(object endpoint)
    {
        if (_count == 0)
        {
            return false;
        }

        lock (_gate)
        {
            return _tried.Contains(endpoint);
        }
    }

    public void Clear()
    {
        if (_count == 0)
        {
            return;
        }

        lock (_gate)
        {
            _tried.Clear();
            _count = 0;
        }
    }
}
