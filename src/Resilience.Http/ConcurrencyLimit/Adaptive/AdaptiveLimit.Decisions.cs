namespace Resilience.Http.ConcurrencyLimit.Adaptive;

/// <summary>What is decided at the end of a window. All of it under the lock.</summary>
internal sealed partial class AdaptiveLimit
{
    private void Start(Load load, long now, int inFlight)
    {
        _startSamples += load.Samples;
        if (load.ResponseTime > 1.5 * _baseline || _startSamples >= StartSamples)
        {
            _isStarting = false;
        }
        else if (load.IsReached(_limit))
        {
            MoveTo(_limit * 2);
        }

        _baseline = double.IsNaN(_baseline) ? load.ResponseTime : Math.Min(_baseline, load.ResponseTime);
        _floor = _limit * Floor;
        BeginWindow(now, inFlight);
    }

    private void EndWindow(Load measured, long now, int inFlight)
    {
        _shape.Remember();
        if (_background.IsTrial)
        {
            EndTrialWindow(measured, now, inFlight);
            return;
        }

        var load = _background.Exclude(measured);
        FollowBaseline(load);
        if (load.DropShare > 0.1)
        {
            AnswerDrops(load, measured, now, inFlight);
            return;
        }

        if (load.DropShare < 0.05)
        {
            _background.Follow(measured);
        }

        _overloaded = load.IsOverloaded ? load : default;
        if (load.IsOverloaded && _probe.IsWanted)
        {
            BeginProbe(load, now);
            return;
        }

        var reached = load.IsReached(_limit);
        var ratio = load.ResponseTime / _baseline;
        if (reached && ratio > TargetRatio)
        {
            MoveTo(Math.Max(Math.Min(_limit, _floor), _limit * Math.Max(0.8, TargetRatio / ratio)));
        }
        else if (reached && ratio < 0.9 * TargetRatio && load.DropShare < 0.05)
        {
            MoveTo(_limit + Math.Max(1, ratio < 1.3 ? 0.2 * _limit : Math.Sqrt(_limit) / 3));
            _floor = Math.Max(_floor, _limit * Floor);
        }

        BeginWindow(now, inFlight);
    }

    /// <summary>Lowers the limit. At its lowest, a trial may show that the drops do not depend on it.</summary>
    private void AnswerDrops(Load load, Load measured, long now, int inFlight)
    {
        if ((int)_limit > _min)
        {
            Cut_NeedsLock(now, inFlight, Math.Max(0.5, 1 - load.DropShare));
            return;
        }

        if (_background.TryBeginTrial(measured))
        {
            MoveTo(_limit * 2);
        }

        BeginWindow(now, inFlight);
    }

    private void EndTrialWindow(Load measured, long now, int inFlight)
    {
        switch (_background.TryConclude(measured, TargetRatio * _baseline))
        {
            case true:
                _floor = _limit * Floor;
                break;
            case false:
                MoveTo(_limit * 0.5);
                break;
        }

        BeginWindow(now, inFlight);
    }

    private void BeginProbe(Load before, long now)
    {
        _probe.Begin(now, Math.Max(_min, (int)(_limit / (1.1 * TargetRatio))), before.ResponseTime);
        MoveTo(_limit);
    }

    /// <summary>Without a queue the baseline follows what is measured. Responses of a saturated limit may only lower it.</summary>
    private void FollowBaseline(Load load)
    {
        if (double.IsNaN(_baseline))
        {
            _baseline = load.ResponseTime; // The first results of all were drops, which end the start.
        }

        var difference = load.ResponseTime - _baseline;
        if (difference < 0)
        {
            _baseline += difference * 0.2 * _shape.WeightOf(load);
        }
        else if (!load.IsSaturated)
        {
            _baseline += difference * 0.05;
        }
    }

    /// <summary>
    /// If the limit is far too high, even the lowered one has a queue: then responses became faster in step with it, and the limit is
    /// lowered and probed again.
    /// </summary>
    private void EndProbe(Load load, long now, int inFlight)
    {
        _shape.Remember();
        var time = load.ResponseTime;
        if (_probe.IsAligned)
        {
            if (time > 1.5 * _baseline)
            {
                MoveTo(Math.Max(_limit, _floor / Floor)); // The service has become slower by itself: fewer sends do not help.
            }

            var isFar = time < _baseline / 1.5 || time > 1.5 * _baseline;
            _baseline += (time - _baseline) * (_baselineIsProbed ? (isFar ? 1 : 0.3) * _shape.WeightOf(load) : 1);
            _baselineIsProbed = true;
        }
        else if (time < _baseline)
        {
            _baseline += (time - _baseline) * _shape.WeightOf(load);
        }

        var becameFaster = _probe.TimeBefore / time > 0.95 * TargetRatio;
        _probe.End(now, again: becameFaster);
        _overloaded = default; // The next probe is compared with a window of after this one.
        MoveTo(becameFaster ? _limit * 0.7 : _limit);
        _floor = _limit * Floor;
        BeginWindow(now, inFlight);
    }

    private void Cut_NeedsLock(long now, int inFlight, double factor)
    {
        _dropsInRow = 0;
        _probe.Cancel();
        if ((int)_limit > _min)
        {
            _background.Cancel();
        }

        MoveTo(_limit * factor);
        _floor = Math.Min(_floor, _limit * Floor);
        _cutAt = now;
        BeginWindow(now, inFlight);
    }
}
