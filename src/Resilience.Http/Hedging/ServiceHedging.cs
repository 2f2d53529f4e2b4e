using Resilience.Http.Pipeline;

namespace Resilience.Http.Hedging;

/// <summary>What hedging knows of one service.</summary>
internal sealed class ServiceHedging
{
    private readonly ServiceState _service;
    private readonly AuthorityStatusSources _authorities;
    private readonly ExtraSends _extraSends;
    private readonly HedgeWins _wins = new();

    private ServiceHedging(ServiceState service)
    {
        _service = service;
        _authorities = AuthorityStatusSources.GetOrCreate(service);
        _extraSends = ExtraSends.GetOrCreate(service);
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
            _service.Traffic?.Count(TrafficEvent.Hedged);
            return true;
        }

        Telemetry.Suppressed(reason);
        return false;
    }

    /// <summary>The sends of an attempt have an outcome.</summary>
    public void Ended(CallContext call, List<HedgeSend> sends, HedgeSend outcome)
    {
        foreach (var send in sends)
        {
            if (!send.IsHedge)
            {
                continue;
            }

            if (send.Attempt.Refused)
            {
                NotSent(call, send.Attempt);
                continue;
            }

            var won = send == outcome && send.Succeeded;
            _wins.Add(won);
            if (won)
            {
                _extraSends.Budget?.GiveBack(call);
            }

            Telemetry.Ended(won ? HedgeOutcome.Won : send.HasLost ? HedgeOutcome.Lost : HedgeOutcome.Failed);
        }
    }

    /// <summary>A limit or a circuit was faster than the question about it.</summary>
    private void NotSent(CallContext call, AttemptContext attempt)
    {
        call.Hedges--;
        Budget.GiveBack();
        _extraSends.Budget?.GiveBack(call);
        Telemetry.Suppressed(attempt.ExceededLimit is null ? HedgeSuppression.Circuit : HedgeSuppression.Limit);
    }

    private HedgeSuppression? FindSuppression(CallContext call, AttemptContext attempt, HedgeRound round, long now)
    {
        var uri = attempt.Uri is { IsAbsoluteUri: true } absolute ? absolute : null;
        var input = new HedgeInput
        {
            ServiceIsSlow = NoteSlow(call, round, now),
            IsStopping = _service.Host.Shutdown.HasBegun,
            ProcessIsBehind = _service.Host.ProcessWatch?.WasBehind(attempt.StartedAt, now) == true,
            Admission = uri is null ? AdmissionState.Open : _authorities.GetAdmission(uri, now).State,
            FailureRatio = uri is null ? 0 : _authorities.GetFailureRatio(uri, now),
            Utilization = uri is null ? 0 : _authorities.GetUtilization(uri),
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

        if (_extraSends.Budget?.TryTake(call) == false)
        {
            Budget.GiveBack();
            return HedgeSuppression.RetryBudget;
        }

        return null;
    }
}
