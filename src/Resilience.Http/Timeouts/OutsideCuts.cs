namespace Resilience.Http.Timeouts;

/// <summary>
/// Tells a hidden <see cref="HttpClient.Timeout"/> from callers who leave: it cuts calls at the same elapsed time each time, theirs are
/// spread. It follows the time that a majority of the cuts share (Boyer and Moore's vote), so callers who leave now and then do not hide a
/// timeout.
/// </summary>
internal sealed class OutsideCuts
{
    /// <summary>How many more cuts have to share the time than do not.</summary>
    public const int Suspicious = 20;

    /// <summary>A timer fires late on a busy machine, and never early.</summary>
    private static readonly TimeSpan LeastTolerance = TimeSpan.FromMilliseconds(25);

    private readonly Lock _gate = new();
    private TimeSpan _shared;
    private int _lead;

    /// <returns>The time that the cuts share, if enough of them do.</returns>
    public TimeSpan? LookLikeATimeout(TimeSpan elapsed)
    {
        lock (_gate)
        {
            if (_lead == 0)
            {
                (_shared, _lead) = (elapsed, 1);
            }
            else
            {
                _lead += (elapsed - _shared).Duration() <= Tolerance ? 1 : -1;
            }

            return _lead >= Suspicious ? _shared : null;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _lead = 0;
        }
    }

    private TimeSpan Tolerance => _shared / 20 > LeastTolerance ? _shared / 20 : LeastTolerance;
}
