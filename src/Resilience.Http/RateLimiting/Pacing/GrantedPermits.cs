using Resilience.Http.Requests;

namespace Resilience.Http.RateLimiting.Pacing;

/// <summary>
/// The permits of a shared rate that this process was granted. Sends take them in the order of their windows; what a window has left when
/// it ends is lost, because it counts for its window only.
/// </summary>
/// <param name="rate">The rate that all processes share.</param>
internal sealed class GrantedPermits(TokenRate rate) : IPace
{
    /// <summary>A period has so many windows.</summary>
    public const int Windows = 20;

    private readonly List<GrantedWindow> _windows = [];
    private TokenRate _rate = rate;
    private long _nextAt;

    /// <summary>How many permits were ever taken and not given back.</summary>
    public long Taken { get; private set; }

    /// <summary>How many permits can be taken until a timestamp.</summary>
    public int CountUntil(long timestamp, long now)
    {
        Drop(now);
        return _windows.Where(window => window.From <= timestamp).Sum(static window => window.Permits);
    }

    /// <summary>Adds what was granted.</summary>
    /// <param name="granted">The windows, the earliest first.</param>
    /// <param name="nextAt">The earliest timestamp for which more may be granted, as far as that is known.</param>
    public void Add(IEnumerable<GrantedWindow> granted, long nextAt)
    {
        _windows.AddRange(granted);
        _windows.Sort(static (one, other) => one.From.CompareTo(other.From));
        _nextAt = nextAt;
    }

    public void Change(TokenRate rate) => _rate = rate;

    public void Clear() => _windows.Clear();

    /// <summary>
    /// For a send without a permit: the earliest slot it can hope for, if all that comes next came to this process. It is never now, so the
    /// send waits.
    /// </summary>
    public long SlotAt(long now, int ahead)
    {
        Drop(now);
        foreach (var window in _windows)
        {
            if (ahead < window.Permits)
            {
                return Math.Max(now, window.From);
            }

            ahead -= window.Permits;
        }

        var slot = Int128.Max(_nextAt, (Int128)now + Math.Max(1, _rate.Period / Windows)) + ((Int128)ahead * _rate.Period / _rate.Permits);
        return slot >= Timestamps.Never ? Timestamps.Never : (long)slot;
    }

    public void Take(long now)
    {
        var first = _windows.FindIndex(static window => window.Permits > 0);
        _windows[first] = _windows[first] with { Permits = _windows[first].Permits - 1 };
        Taken++;
    }

    /// <summary>A permit of a window that has ended is lost.</summary>
    public void GiveBack(long now, long takenAt)
    {
        for (var i = 0; i < _windows.Count; i++)
        {
            var window = _windows[i];
            if (window.From <= takenAt && takenAt < window.Until && now < window.Until)
            {
                _windows[i] = window with { Permits = window.Permits + 1 };
                Taken--;
                return;
            }
        }
    }

    private void Drop(long now)
    {
        var ended = 0;
        while (ended < _windows.Count && _windows[ended].Until <= now)
        {
            ended++;
        }

        _windows.RemoveRange(0, ended);
    }
}
