using Resilience.Http.Pipeline;

namespace Resilience.Http.Hedging;

/// <summary>
/// The sends of one attempt, from the first hedge on: the first success is the outcome; if all fail, the last of them is. Those that are
/// still in flight by then are canceled without waiting for their end.
/// </summary>
internal sealed class HedgeRace(
    HedgingHandler handler, ServiceHedging hedging, HedgeRound round, HedgeSend first, CancellationToken callerToken)
{
    private readonly CallContext _call = first.Attempt.Call;
    private readonly List<HedgeSend> _sends = [first];
    private HedgeSend? _lastEnded;
    private HedgeSend? _outcome;

    /// <summary>Sends the first hedge, and others as they are due, until there is an outcome.</summary>
    public async Task<HttpResponseMessage> RunAsync()
    {
        try
        {
            Launch(_call.Clock.GetTimestamp());
            while ((_outcome = FindOutcome()) is null)
            {
                await round.Signal.WaitAsync().ConfigureAwait(false);
                if ((_outcome = FindOutcome()) is not null)
                {
                    break;
                }

                LaunchIfDue();
            }
        }
        finally
        {
            Leave();
        }

        hedging.Ended(_call, _sends, _outcome);
        return _outcome.Ended.GetAwaiter().GetResult(); // Completed.
    }

    private void LaunchIfDue()
    {
        var now = _call.Clock.GetTimestamp();
        if (now >= _call.Deadline || !round.IsSlow(_sends[^1].Attempt, now))
        {
            return;
        }

        if (hedging.TryStart(_call, first, round, now))
        {
            Launch(now);
        }
        else
        {
            round.StopTimer();
        }
    }

    private void Launch(long now)
    {
        var attempt = new AttemptContext(_call);
        var cancellation = new SendCancellation();
        var request = _call.Sent.CreateCopy(round.RequestOptions);
        attempt.BeginHedge(request, now);
        _call.Hedges++;
        var task = handler.BeginSend(request, attempt, cancellation.Begin(callerToken));
        attempt.CompletedSynchronously = task.IsCompleted;
        _sends.Add(new(request, attempt, task, cancellation, isHedge: true));
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(round.Signal.RaiseAction);
        if (_sends.Count <= _call.Options.Hedging.MaxHedges)
        {
            round.StartTimer(now);
        }
        else
        {
            round.StopTimer();
        }

        HedgingTelemetry.Launched(_call, attempt, _sends.Count - 1, round.Delay!.Value);
    }

    /// <summary>Ends the sends that are completed, in the order in which they began.</summary>
    private HedgeSend? FindOutcome()
    {
        foreach (var send in _sends)
        {
            if (send.HasEnded || !send.Task.IsCompleted)
            {
                continue;
            }

            send.End(handler);
            var othersInFlight = _sends.Exists(static other => !other.HasEnded);
            if (send.Wins(othersInFlight))
            {
                return send;
            }

            _lastEnded = send.Attempt.Refused ? _lastEnded ?? send : send; // What was not sent says nothing about the service.
            if (othersInFlight)
            {
                send.NoteAsEarlier();
            }
        }

        return _sends.TrueForAll(static send => send.HasEnded) ? _lastEnded : null;
    }

    /// <summary>
    /// The outcome is the attempt from here on, and this handler is the only one that has not seen its end. If the user's code threw, such
    /// as a listener of metrics, there is none.
    /// </summary>
    private void Leave()
    {
        round.Dispose();
        _call.Adopt(_outcome?.Attempt ?? Unjudged());
        _call.Attempt.OpenHandlers = 1;
        RecordDurations();
        var kept = _outcome is { Ended.IsCompletedSuccessfully: true } ? _outcome.Ended.Result : null;
        foreach (var send in _sends)
        {
            if (send == _outcome)
            {
                continue;
            }

            if (send.HasEnded)
            {
                send.Discard(hedging.Telemetry, kept);
                send.Attempt.DisposeStates();
            }
            else
            {
                _call.Sending?.HasLosers = true;
                send.Abandon(handler, hedging, kept);
            }
        }
    }

    private AttemptContext Unjudged()
    {
        var attempt = new AttemptContext(_call);
        attempt.BeginHedge(first.Request, first.Attempt.StartedAt);
        return attempt;
    }

    /// <summary>
    /// A send that was canceled because a later one won is a sample too, at the time that it had already taken. Left out, the estimate
    /// would fall with each win, and more would be hedged. If an earlier one won, the canceled one says nothing: it may have been fast.
    /// </summary>
    private void RecordDurations()
    {
        if (_outcome is not { Succeeded: true } winner)
        {
            return;
        }

        foreach (var send in _sends)
        {
            if (send == winner)
            {
                round.Operation!.Record(send.Attempt.StartedAt, winner.Attempt.EndedAt);
                break;
            }

            if (!send.HasEnded && send.Attempt.HasLeft)
            {
                round.Operation!.Record(send.Attempt.StartedAt, winner.Attempt.EndedAt);
            }
        }
    }
}
