using System.Buffers;

namespace Resilience.Http.Content;

/// <summary>
/// The copy of a body, up to a limit, in one array of a pool. The array goes back exactly once: when the call has ended and the last
/// reader has
/// gone. A writer or a reader that outlives its attempt never touches an array that serves another call by then.
/// </summary>
internal sealed class KeptBytes(int limit, ArrayPool<byte> pool)
{
    private const int FirstArray = 4096;

    private readonly Lock _gate = new();
    private byte[]? _pooled;
    private byte[]? _detached;
    private int _length;
    private int _readers;
    private bool _isGivenUp;
    private bool _isComplete;

    /// <summary>Whether this is the whole body.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_gate)
            {
                return _isComplete;
            }
        }
    }

    /// <summary>Adds what is written. A body that turns out to be longer than the limit is given up.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_isGivenUp || _isComplete)
            {
                return;
            }

            if (bytes.Length > limit - _length)
            {
                GiveUp_NeedsLock();
                return;
            }

            Grow_NeedsLock(_length + bytes.Length);
            bytes.CopyTo(_pooled.AsSpan(_length));
            _length += bytes.Length;
        }
    }

    /// <summary>The body has ended.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isComplete = !_isGivenUp;
        }
    }

    /// <summary>Drops what was kept; nothing will be kept any more.</summary>
    public void GiveUp()
    {
        lock (_gate)
        {
            GiveUp_NeedsLock();
        }
    }

    /// <summary>Gives the array back. A complete copy moves to an array of its own, which lives as long as the request.</summary>
    public void Detach()
    {
        lock (_gate)
        {
            if (!_isComplete)
            {
                GiveUp_NeedsLock();
            }
            else if (_detached is null)
            {
                _detached = _pooled.AsSpan(0, _length).ToArray();
                GiveBack_NeedsLock();
            }
        }
    }

    /// <summary>The whole body, for one who calls <see cref="EndRead"/> after the last use of it.</summary>
    public bool TryBeginRead(out ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            bytes = _isComplete ? (_detached ?? _pooled).AsMemory(0, _length) : default;
            _readers += _isComplete ? 1 : 0;
            return _isComplete;
        }
    }

    public void EndRead()
    {
        lock (_gate)
        {
            _readers--;
            if (_isGivenUp || _detached is not null)
            {
                GiveBack_NeedsLock();
            }
        }
    }

    private void Grow_NeedsLock(int needed)
    {
        if (_pooled is { } array && array.Length >= needed)
        {
            return;
        }

        var larger = pool.Rent(Math.Max(needed, Math.Min(limit, Math.Max(FirstArray, 2 * _length))));
        _pooled?.AsSpan(0, _length).CopyTo(larger);
        GiveBack_NeedsLock();
        _pooled = larger;
    }

    private void GiveUp_NeedsLock()
    {
        _isGivenUp = true;
        _isComplete = false;
        GiveBack_NeedsLock();
    }

    private void GiveBack_NeedsLock()
    {
        if (_readers == 0 && _pooled is { } array)
        {
            _pooled = null;
            pool.Return(array);
        }
    }
}
