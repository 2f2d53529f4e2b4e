namespace Resilience.Http.ConcurrencyLimit.Adaptive;

/// <summary>
/// What is not load: sends that hang while later ones are answered as fast as ever. An overloaded service answers more slowly too.
/// </summary>
internal sealed partial class AdaptiveLimit
{
    /// <summary>Before there is a baseline, the first answers have nothing to be slower than.</summary>
    private bool IsAnsweredFast => double.IsNaN(_baseline) ? _shape.Count >= 5 : _shape.AnswerTime <= 1.5 * _baseline;

    /// <summary>
    /// In timestamps. Answers in an overloaded service overtake each other only by the differences of their own times.
    /// </summary>
    private long OvertakenBy => (long)(2 * _shape.SendInFlight * _clock.TimestampFrequency);

    /// <summary>If overtaken sends hold the permits, others are allowed beside them.</summary>
    private bool TryAllowBesideOvertaken(long now, int inFlight)
    {
        lock (_gate)
        {
            return _overtaken.IsNewSendAnswered && TryFindOvertaken_NeedsLock(_window.Read(now, inFlight), now, inFlight);
        }
    }

    private bool IsOvertaken_NeedsLock(long startedAt) =>
        _overtaken.Contains(startedAt) || (IsAnsweredFast && _overtaken.IsOvertaken(startedAt, OvertakenBy));

    /// <summary>A send says nothing about the load. If it was overtaken, the limit was raised for it, and falls again.</summary>
    private void LeaveIgnored(long startedAt)
    {
        _window.LeaveIgnored(startedAt);
        if (_overtaken.Contains(startedAt))
        {
            lock (_gate)
            {
                _overtaken.Remove();
                MoveTo(_limit);
            }
        }
    }

    /// <summary>Looks for them at the end of a window, and leaves out what they did in it.</summary>
    private Load WithoutOvertaken_NeedsLock(Load load, long now, int inFlight)
    {
        if (load.Results >= _shape.SamplesNeeded())
        {
            TryFindOvertaken_NeedsLock(load, now, inFlight);
        }

        return _overtaken.Count == 0
            ? load
            : load with { SendSeconds = load.Results * _shape.AnswerTime, Peak = load.Peak - _overtaken.Count };
    }

    /// <summary>
    /// By Little's law, the sends that ended were in flight for their number times the mean of an answer. What is left of the time belongs
    /// to the others, and shows when those began.
    /// </summary>
    private bool TryFindOvertaken_NeedsLock(Load load, long now, int inFlight)
    {
        var answered = load.Results * _shape.AnswerTime;
        var age = Math.Max(0, load.SendSeconds - answered) / Math.Max(1, inFlight);
        var began = now - (long)(age * _clock.TimestampFrequency);
        var isFound = IsAnsweredFast && _overtaken.IsOvertaken(began, OvertakenBy);
        if (isFound)
        {
            _overtaken.Set(now, inFlight - (int)Math.Ceiling(answered / load.Seconds), OvertakenBy);
        }

        _overtaken.Bound(inFlight);
        MoveTo(_limit);
        return isFound;
    }
}
