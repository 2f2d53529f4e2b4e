using Resilience.Http.Pipeline;

namespace Resilience.Http.Endpoints;

/// <summary>Chooses the endpoints of one service, and learns from how their sends end.</summary>
internal sealed class ServiceEndpoints : INextTargetSource
{
    private readonly AuthorityStatusSources _status;
    private readonly EndpointSelector _selector;
    private readonly TimeProvider _clock;

    private ServiceEndpoints(ServiceState service)
    {
        _status = AuthorityStatusSources.GetOrCreate(service);
        _clock = service.Host.Clock;
        _selector = new(GetAdmission, _clock, service.Host.Chance);
        Telemetry = EndpointTelemetry.GetOrCreate(service.Host);
    }

    public EndpointTelemetry Telemetry { get; }

    public static ServiceEndpoints GetOrCreate(ServiceState service) =>
        service.GetOrCreate(
            static service => new ServiceEndpoints(service),
            endpoints => NextTargets.GetOrCreate(service).Source = endpoints);

    /// <summary>The endpoint of an attempt that begins now. A hedge is not a trial: it is there to be fast.</summary>
    public Choice Choose(EndpointSend send, AttemptContext attempt)
    {
        var call = attempt.Call;
        var mayRepeat = send.List.IsTroubled && !attempt.IsHedge && call.Service.MayRepeat?.Invoke(call) == true;
        return _selector.Choose(send.List, new(attempt.StartedAt, call.TriedEndpoints, send.Refused, mayRepeat));
    }

    /// <summary>
    /// Where a hedge beside a send would go: to a healthy endpoint that the call has not tried, or else to any healthy one. A trial is not
    /// hedged, so the answer for it is its own endpoint.
    /// </summary>
    public Uri? FindNext(AttemptContext attempt, long now)
    {
        if (attempt.EndpointState is not EndpointSend { Endpoint: not null, IsTrial: false } send)
        {
            return attempt.Uri;
        }

        foreach (var tried in (ReadOnlySpan<bool>)[false, true])
        {
            foreach (var endpoint in send.List.All)
            {
                if (attempt.Call.TriedEndpoints.Contains(endpoint.State) == tried && IsHealthy(endpoint, now))
                {
                    return endpoint.Address;
                }
            }
        }

        return attempt.Uri;
    }

    /// <summary>Keeps a hedge away from endpoints that are failing or busy: it is there to be fast.</summary>
    public void AvoidUnhealthy(EndpointSend send, AttemptContext hedge)
    {
        foreach (var endpoint in send.List.All)
        {
            if (!IsHealthy(endpoint, hedge.StartedAt))
            {
                send.Avoid(endpoint);
            }
        }
    }

    /// <summary>The next endpoint of an attempt that was refused; <see langword="null"/> if all have refused it.</summary>
    public Choice? ChooseAnother(EndpointSend send, AttemptContext attempt)
    {
        send.NoteRefusal(attempt);
        send.List.IsTroubled = true;
        var choice = Choose(send, attempt);
        return send.Refused.Contains(choice.Endpoint) ? null : choice;
    }

    /// <summary>Takes note of how an attempt ended, and lets the retry go on if another endpoint is well.</summary>
    public void Learn(EndpointSend send, in AttemptOutcome outcome, AttemptContext attempt)
    {
        if (attempt.Refused)
        {
            return;
        }

        var judgement = attempt.Judge(outcome.Request, outcome.Response, outcome.Exception);
        NoteLatency(send, attempt, succeeded: judgement.Verdict == AttemptVerdict.Success);
        if (judgement.Verdict != AttemptVerdict.Success)
        {
            AfterFailure(send, attempt, judgement.Verdict);
        }
    }

    private bool IsHealthy(Endpoint endpoint, long now) => _status.GetHealth(endpoint.Address, now).IsGood;

    private AuthorityAdmission GetAdmission(Endpoint endpoint, long now) => _status.GetAdmission(endpoint.Address, now);

    private void NoteLatency(EndpointSend send, AttemptContext attempt, bool succeeded)
    {
        if (attempt.CompletedSynchronously)
        {
            return; // It took no time worth a reading of the clock.
        }

        var now = Milliseconds.From(attempt.EndedAt, _clock);
        var latency = (float)_clock.GetElapsedTime(attempt.StartedAt, attempt.EndedAt).TotalSeconds;
        if (succeeded)
        {
            send.Endpoint!.State.AddLatency(latency, now);
            send.List.BeginUnknownWith(latency, now);
        }
        else
        {
            send.Endpoint!.State.AddLatencyOfFailure(latency, now);
        }
    }

    /// <summary>
    /// The circuit of one endpoint says nothing about the others: as long as one of them lets sends through, the retry goes there, and at
    /// once if this attempt was a trial.
    /// </summary>
    private void AfterFailure(EndpointSend send, AttemptContext attempt, AttemptVerdict verdict)
    {
        var (list, endpoint, now) = (send.List, send.Endpoint!, attempt.EndedAt);
        if (GetAdmission(endpoint, now).State != AdmissionState.Open)
        {
            endpoint.State.Blocked(now);
            list.IsTroubled = true;
        }

        if (attempt.CircuitOpened && _selector.HasAnother(list, endpoint, now))
        {
            attempt.CircuitOpened = false;
        }

        attempt.FailedAsTrial = send.IsTrial
            && verdict == AttemptVerdict.Transient
            && _selector.HasAnother(list, endpoint, now, attempt.Call.TriedEndpoints);
    }
}
