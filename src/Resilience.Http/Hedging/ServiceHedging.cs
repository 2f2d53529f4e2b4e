using Resilience.Http.Pipeline;

namespace Resilience.Http.Hedging;

/// <summary>What hedging knows of one service.</summary>
internal sealed class ServiceHedging
{
    private readonly ServiceState _service;
    private readonly AuthorityStatusSources _authorities;
    private readonly NextTargets _targets;
    private readonly HedgeWins _wins = new();

    private ServiceHedging(ServiceState service)
    {
        _service = service;
        _authorities = AuthorityStatusSources.GetOrCreate(service);
        _targets = NextTargets.GetOrCreate(service);
        Operations = new(service.Host.Clock);
        Telemetry = HedgingTelemetry.Create(service, Operations);
    }

    public HedgeBudget Budget { get; } = new();

    public OperationLatencies Operations { get; }

    public HedgingTelemetry Telemetry { get; }

    public static ServiceHedging GetOrCreate(ServiceState service) => service.GetOrCreate(static service => new ServiceHedging(service));

    /// <summary>Decides whether a hedge that is due goes out. If it does, both budgets have paid for it.</summary>
    public bool TryStart(CallContext call, HedgeSend first, HedgeRound round, long now)
    {
        if (FindSuppression(call, first.Attempt, round, now) is not { } reason)
        {
            return true;
        }

        Telemetry.Suppressed(reason);
        return false;
    }

    /// <summary>The sends of an attempt have an outcome. One that is still in a queue is left to <see cref="EndedInQueue"/>.</summary>
    public void Ended(CallContext call, List<HedgeSend> sends, HedgeSend outcome)
    {
        foreach (var send in sends)
        {
            if (!send.IsHedge)
            {
                continue;
            }

            if (send.LostInQueue || !send.Attempt.HasLeft)
            {
                call.Hedges--;
            }

            if (!send.LostInQueue)
            {
                Ended(call, send, won: send == outcome && send.Succeeded);
            }
        }
    }

    /// <summary>
    /// A hedge that waited for a limit when another send won has ended. Only now is it known whether it was sent at the last moment.
    /// </summary>
    public void EndedInQueue(CallContext call, HedgeSend send) => Ended(call, send, won: false);

    private void Ended(CallContext call, HedgeSend send, bool won)
    {
        if (!send.Attempt.HasLeft)
        {
            NotSent(call, send.Attempt);
            return;
        }

        _service.Traffic?.Count(TrafficEvent.Hedged);
        _wins.Add(won);
        if (won)
        {
            _service.ExtraSendBudget?.GiveBack(call);
        }

        Telemetry.Ended(won ? HedgeOutcome.Won : send.HasLost ? HedgeOutcome.Lost : HedgeOutcome.Failed);
    }

    /// <summary>A limit or a circuit was faster than the question about it, or the hedge waited for a limit until the call ended.</summary>
    private void NotSent(CallContext call, AttemptContext attempt)
    {
        Budget.GiveBack();
        _service.ExtraSendBudget?.GiveBack(call);
        Telemetry.Suppressed(attempt is { Refused: true, ExceededLimit: null } ? HedgeSuppression.Circuit : HedgeSuppression.Limit);
    }

    private HedgeSuppression? FindSuppression(CallContext call, AttemptContext attempt, HedgeRound round, long now)
    {
        var input = new HedgeInput
        {
            ServiceIsSlow = NoteSlow(call, round, now),
            IsStopping = _service.Host.Shutdown.HasBegun || _service.Host.IsDisposed,
            ProcessIsBehind = _service.Host.ProcessWatch?.WasBehind(attempt.StartedAt, now) == true,
            Target = _targets.Find(attempt, now) is { IsAbsoluteUri: true } target ? _authorities.GetHealth(target, now) : default,
        };
        return HedgeRules.Find(input) ?? Pay(call);
    }

    /// <summary>A send counts once, however many hedges it gets.</summary>
    private static bool NoteSlow(CallContext call, HedgeRound round, long now)
    {
        if (round.IsSlowNoted)
        {
            return false;
        }

        round.IsSlowNoted = true;
        return round.Operation!.NoteSlow(call.Options.Hedging, round.Delay!.Value, now);
    }

    private HedgeSuppression? Pay(CallContext call)
    {
        if (!_wins.Allow())
        {
            return HedgeSuppression.RarelyWins;
        }

        if (!Budget.TryTake())
        {
            return HedgeSuppression.Budget;
        }

        if (_service.ExtraSendBudget?.TryTake(call) == false)
        {
            Budget.GiveBack();
            return HedgeSuppression.RetryBudget;
        }

        return null;
    }
}
