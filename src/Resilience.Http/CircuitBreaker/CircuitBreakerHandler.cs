using Resilience.Http.Outcomes;
using Resilience.Http.Requests;
using Resilience.Http.Telemetry;

namespace Resilience.Http.CircuitBreaker;

/// <summary>Takes a permit, sends, reports what came of it. The circuit judges.</summary>
internal sealed class CircuitBreakerHandler(ResilientService service) : AttemptHandler(service)
{
    private readonly ServiceCircuits _circuits = ServiceCircuits.Of(service);
    private readonly CircuitBreakerMetrics _metrics = CircuitRegistry.Of(service.Host).Metrics;

    internal override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        var options = context.Options.CircuitBreaker;
        if (!options.Enabled || request.RequestUri is not { IsAbsoluteUri: true } uri)
        {
            return NextAsync(request, context, async, cancellationToken); // A URI that is none comes only from an HttpMessageInvoker: whoever sends will tell.
        }

        var held = context.Held<HeldPermit>() ??= new();
        if (_circuits.TryAcquire(uri, options.Scope, context.AttemptStartedAt, AttemptLimit(context), out held.Permit, out var refusal))
        {
            return NextAsync(request, context, async, cancellationToken);
        }

        Reject(context, options, refusal);
        return options.Mode == HttpCircuitBreakerMode.Observe
            ? NextAsync(request, context, async, cancellationToken)
            : RefuseAsync(request, context, options, refusal);
    }

    internal override Task<HttpResponseMessage> End(Task<HttpResponseMessage> attempt, HttpRequestMessage request, CallContext context)
    {
        if (context.Refused)
        {
            return attempt; // Nothing was sent.
        }

        attempt = EndNext(attempt, request, context);
        if (context.Held<HeldPermit>() is { Permit: { Circuit: not null } permit } held)
        {
            held.Permit = default;
            Report(attempt.Outcome(request), context, permit);
        }

        return attempt;
    }

    private static Task<HttpResponseMessage> RefuseAsync(
        HttpRequestMessage request, CallContext context, HttpCircuitBreakerOptions options, CircuitRefusal refusal)
    {
        context.Refused = true;
        return options.Rejection == HttpCircuitBreakerRejection.Respond
            ? Task.FromResult(RefusalResponse.To(request, refusal))
            : Task.FromException<HttpResponseMessage>(new CircuitOpenException(refusal));
    }

    /// <summary>How long an attempt may take at most: its own limit, or that of the whole call.</summary>
    private static TimeSpan AttemptLimit(CallContext context) =>
        context.AttemptTimeout != Timeout.InfiniteTimeSpan ? context.AttemptTimeout : context.TotalTimeout;

    /// <summary>Gives the permit back, once on every way.</summary>
    private void Report(in AttemptOutcome outcome, CallContext context, in CircuitPermit permit)
    {
        var circuit = permit.Circuit;
        var judgement = context.Judge(outcome.Request, outcome.Response, outcome.Exception);
        var opened = false;
        switch (judgement.Verdict)
        {
            case AttemptVerdict.Success:
                opened = circuit.Succeed(permit, EndOf(context, permit));
                break;
            case AttemptVerdict.Ignored:
                circuit.Ignore(permit);
                break;
            default:
                opened = circuit.Fail(permit, context.AttemptEndedAt, new(
                    context.LastOutcome!,
                    judgement.Is(JudgementTraits.TimedOut),
                    judgement.Is(JudgementTraits.Throttled),
                    context.RetryAfter(outcome.Response)));
                _metrics.Failed(circuit.Name);
                break;
        }

        // Where the circuit only observes, retry goes on as if there were none.
        context.CircuitOpened = opened && context.Options.CircuitBreaker.Mode == HttpCircuitBreakerMode.Enforce;
    }

    /// <summary>When a success came. One that was there at once is not worth a reading of the clock, unless slow calls are looked for.</summary>
    private static long EndOf(CallContext context, in CircuitPermit permit) =>
        context.EndedAtOnce && context.Options.CircuitBreaker.SlowCallDuration == Timeout.InfiniteTimeSpan ? permit.StartedAt : context.AttemptEndedAt;

    private void Reject(CallContext context, HttpCircuitBreakerOptions options, CircuitRefusal refusal)
    {
        var mode = options.Mode == HttpCircuitBreakerMode.Observe ? "observe" : options.Rejection == HttpCircuitBreakerRejection.Respond ? "respond" : "throw";
        _metrics.Rejected(refusal.Circuit, refusal.State, mode);
        if (context.Span is { IsAllDataRequested: true } span)
        {
            span.AddEvent(new(TelemetryNames.RejectedEvent, context.Clock.GetUtcNow(), new()
            {
                [TelemetryTags.Authority] = refusal.Circuit.Authority,
                [TelemetryTags.State] = refusal.State.Text(),
                [TelemetryTags.Reason] = refusal.Reason,
                [TelemetryTags.RejectionMode] = mode,
            }));
        }
    }

    /// <summary>The permit of the running attempt; one without a circuit where none is out.</summary>
    private sealed class HeldPermit
    {
        public CircuitPermit Permit;
    }
}
