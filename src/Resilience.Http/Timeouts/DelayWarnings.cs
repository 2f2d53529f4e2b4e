namespace Resilience.Http.Timeouts;

/// <summary>Lets one warning a minute through.</summary>
internal sealed class DelayWarnings(TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long? _lastAt;

    public bool TryTake()
    {
        var now = clock.GetTimestamp();
        lock (_gate)
        {
            if (_lastAt is { } last && clock.GetElapsedTime(last, now) < Interval)
            {
                return false;
            }

            _lastAt = now;
            return true;
        }
    }
}
