namespace Resilience.Http.ConcurrencyLimit.Adaptive;

/// <summary>
/// Moves a limit by what sends experience: up while they are as fast as without load, down when they wait at the service or are dropped.
/// Pure: it gets all times and numbers, and keeps the limit. docs/concurrency-limit.md describes it.
/// </summary>
internal sealed partial class AdaptiveLimit
{
    public const int InitialLimit = 20;

    /// <summary>Until so many samples have come, the limit may double.</summary>
    private const int StartSamples = 400;

    private const int StartWindow = 20;

    /// <summary>In seconds. More decisions than that would only cost time.</summary>
    private const double ShortestWindow = 0.01;

    /// <summary>Until the next probe has confirmed it, slower responses lower the limit at most to this share.</summary>
    private const double Floor = 0.7;

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly LoadWindow _window;
    private readonly LatencyShape _shape = new();
    private readonly BaselineProbe _probe;
    private readonly OvertakenSends _overtaken = new();
    private readonly BackgroundDrops _background;
    private int _min;
    private int _max;
    private double _limit;
    private double _floor;
    private int _inForce;
    private double _baseline = double.NaN;
    private bool _baselineIsProbed;
    private bool _isStarting = true;
    private int _startSamples;
    private int _dropsInRow;
    private long _cutAt = long.MinValue;
    private long _lastAt;
    private Load _overloaded;

    public AdaptiveLimit(TimeProvider clock, int min, int max)
    {
        _clock = clock;
        _window = new(clock);
        _probe = new(clock);
        _background = new(clock);
        _lastAt = clock.GetTimestamp();
        _window.Begin(_lastAt, 0);
        (_min, _max) = (Math.Min(min, max), max);
        MoveTo(Math.Clamp(InitialLimit, _min, _max));
        _floor = _limit * Floor;
    }

    /// <summary>The limit in force, lowered during a probe.</summary>
    public int Limit => Volatile.Read(ref _inForce);

    /// <summary>The limit apart from probes, which lower it for a moment.</summary>
    public int LastingLimit => (int)Volatile.Read(ref _limit);

    /// <summary>
    /// The response time without a queue, by which others are judged, in seconds; <see cref="double.NaN"/> before there is one.
    /// </summary>
    public double Baseline => Volatile.Read(ref _baseline);

    /// <summary>
    /// How many times the baseline a response may take. Small limits may queue more, so that many clients get equal shares.
    /// </summary>
    private double TargetRatio => 1.3 + (6 / Math.Sqrt(_limit));

    /// <summary>Edits the range.</summary>
    public void Use(int min, int max)
    {
        lock (_gate)
        {
            (_min, _max) = (Math.Min(min, max), max);
            MoveTo(Math.Clamp(_limit, _min, _max));
        }
    }

    public void OnStarted(long startedAt) => _window.Enter(startedAt);

    /// <summary>
    /// The limit kept a send back. The limit may be higher afterwards: if overtaken sends use it up, or after a pause that makes a probe
    /// meaningless.
    /// </summary>
    public void OnReached(long now, int inFlight)
    {
        if (_overtaken.IsNewSendAnswered && TryAllowBesideOvertaken(now, inFlight))
        {
            return;
        }

        _window.Reject();
        if (!_probe.IsRunning)
        {
            return;
        }

        lock (_gate)
        {
            if (_probe.IsRunning && Seconds(_lastAt, now) > 1 + (10 * Math.Max(_probe.TimeBefore, _shape.SendInFlight)))
            {
                _probe.Cancel();
                MoveTo(_limit);
                BeginWindow(now, inFlight);
            }
        }
    }

    /// <param name="startedAt">Timestamp of the send's start.</param>
    /// <param name="now">Timestamp of its end.</param>
    /// <param name="inFlight">How many are in flight without it.</param>
    /// <param name="result">What it says.</param>
    public void OnEnded(long startedAt, long now, int inFlight, SendResult result)
    {
        switch (result)
        {
            case SendResult.Drop:
                lock (_gate)
                {
                    Drop_NeedsLock(startedAt, now, inFlight);
                }

                break;
            case SendResult.Sample when !_overtaken.Contains(startedAt):
                var count = _window.LeaveSampled(now, inFlight);
                if (IsLookedAt(count) || Volatile.Read(ref _dropsInRow) > 0)
                {
                    lock (_gate)
                    {
                        _dropsInRow = 0;
                        _overtaken.Answer(startedAt);
                        _shape.Add(Seconds(startedAt, now));
                        Look_NeedsLock(now, inFlight);
                    }
                }

                break;
            default:
                LeaveIgnored(startedAt);
                break;
        }
    }

    /// <summary>
    /// One cut answers all sends of before it. If nothing but drops comes, half of the limit goes with each: a quarter of what was in
    /// flight, and at least three, show that.
    /// </summary>
    private void Drop_NeedsLock(long startedAt, long now, int inFlight)
    {
        if (startedAt < _cutAt || IsOvertaken_NeedsLock(startedAt))
        {
            LeaveIgnored(startedAt);
            return;
        }

        _window.LeaveDropped(now, inFlight);
        _isStarting = false;
        if (++_dropsInRow >= RowOfDrops_NeedsLock(now, inFlight))
        {
            Cut_NeedsLock(now, inFlight, 0.5);
        }
        else
        {
            Look_NeedsLock(now, inFlight);
        }
    }

    /// <summary>How many drops in a row show that nothing else comes.</summary>
    private int RowOfDrops_NeedsLock(long now, int inFlight)
    {
        var least = Math.Max(3, inFlight / 4);
        if (_dropsInRow < least)
        {
            return least;
        }

        var load = _window.Read(now, inFlight);
        return Math.Max(least, _background.ChanceRow(load with { Drops = Math.Max(0, load.Drops - _dropsInRow) }));
    }

    /// <summary>The first samples of a window, then each eighth, and of very many each 64th: the lock is for those.</summary>
    private static bool IsLookedAt(int count) => count <= 64 || (count & (count <= 1_024 ? 7 : 63)) == 0;

    /// <summary>Decides, if there is enough to decide by.</summary>
    private void Look_NeedsLock(long now, int inFlight)
    {
        _lastAt = now;
        if (_probe is { IsRunning: true, IsMeasuring: false })
        {
            if (_probe.TryMeasure(now, inFlight - _overtaken.Count, _shape.SendInFlight))
            {
                BeginWindow(now, inFlight);
            }

            return;
        }

        var load = WithoutOvertaken_NeedsLock(_window.Read(now, inFlight), now, inFlight);
        if (_isStarting)
        {
            if (load.Samples >= StartWindow)
            {
                Start(load, now, inFlight);
            }
        }
        else if (_probe.IsRunning)
        {
            if (load.Results >= _shape.SamplesNeeded(most: 150) && load.Seconds >= 2 * _shape.SendInFlight)
            {
                EndProbe(_background.Exclude(load), now, inFlight);
            }
        }
        else if (_probe.TryTakeTurn(now) && _overloaded.IsOverloaded)
        {
            BeginProbe(_overloaded, now);
        }
        else if (load.Results >= _shape.SamplesNeeded() && load.Seconds >= Math.Max(ShortestWindow, 3 * _shape.SendInFlight))
        {
            EndWindow(load, now, inFlight);
        }
    }

    private void BeginWindow(long now, int inFlight)
    {
        _window.Begin(now, inFlight);
        _shape.Begin();
    }

    private void MoveTo(double limit)
    {
        _limit = Math.Clamp(limit, _min, _max);
        Volatile.Write(ref _inForce, Math.Min(_max, (_probe.Limit ?? (int)_limit) + _overtaken.Count));
    }

    private double Seconds(long from, long to) => _clock.GetElapsedTime(from, to).TotalSeconds;
}
