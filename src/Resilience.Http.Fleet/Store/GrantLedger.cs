namespace Resilience.Http.Fleet.Store;

/// <summary>
/// What was granted of one quota, by window. <see cref="FleetGrantRequest"/> has the rules; the Lua script of the Redis store follows the
/// same steps.
/// </summary>
internal sealed class GrantLedger
{
    private readonly Dictionary<long, long> _granted = [];
    private int _permits;
    private long _permitsUntil;
    private long _shortIn = -1;

    private long Newest => _granted.Keys.DefaultIfEmpty().Max();

    public FleetGrant Grant(FleetGrantRequest request, long now)
    {
        var current = now / request.WindowLength;
        var granted = new int[request.Wanted.Count];
        if (now > request.NotAfter)
        {
            return new(now, current, granted, current);
        }

        Begin(request, current, now);
        var pace = (_permits + request.Windows - 1) / request.Windows;
        var isShort = _shortIn >= current - request.Windows && _shortIn <= current;
        var missing = 0L;
        for (var i = 0; i < granted.Length; i++)
        {
            var window = current + i;
            missing += request.Wanted[i];
            var most = isShort ? pace : Math.Max(pace, request.Burst - Sum(window - request.Windows, window - 1));
            var free = Math.Min(Free(window, request.Windows), most - Sum(window, window));
            granted[i] = (int)Math.Clamp(free, 0, missing);
            missing -= granted[i];
            if (granted[i] > 0)
            {
                _granted[window] = Sum(window, window) + granted[i];
            }
        }

        if (missing == 0)
        {
            return new(now, current, granted, current);
        }

        _shortIn = current;
        return new(now, current, granted, NextAfter(current + granted.Length - 1, request.Windows));
    }

    private void Begin(FleetGrantRequest request, long current, long now)
    {
        // Windows far ahead were granted by another clock. What has been granted since is not known then, as after a loss of data.
        var isLost = Newest > current + request.Windows;
        foreach (var stray in _granted.Keys.Where(window => Math.Abs(window - current) > request.Windows).ToList())
        {
            _granted.Remove(stray);
        }

        if (isLost || (_permits == 0 && request.HadAnswer))
        {
            _granted[current] = request.Permits;
        }

        var later = now + (2L * request.Windows * request.WindowLength);
        if (_permits == 0 || request.Permits <= _permits || now >= _permitsUntil || _permitsUntil > later)
        {
            (_permits, _permitsUntil) = (request.Permits, later);
        }
    }

    /// <summary>
    /// What is left for a window in each run of windows that contains it. Beyond the newest grant a run only loses old ones.
    /// </summary>
    private long Free(long window, int windows)
    {
        var most = 0L;
        for (var first = window - windows; first <= Math.Max(window, Newest) - windows; first++)
        {
            most = Math.Max(most, Sum(first, first + windows));
        }

        return _permits - most;
    }

    /// <summary>The window behind the last one that was asked for, or the one in which the oldest grant counts no longer.</summary>
    private long NextAfter(long last, int windows)
    {
        if (Free(last, windows) > 0)
        {
            return last + 1;
        }

        var oldest = _granted.Keys.Where(window => window >= last - windows).DefaultIfEmpty(last - windows).Min();
        return oldest + windows + 1;
    }

    private long Sum(long first, long last)
    {
        var sum = 0L;
        for (var window = first; window <= last; window++)
        {
            sum += _granted.GetValueOrDefault(window);
        }

        return sum;
    }
}
