using System.Net;
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

        var held = context.Held<HeldPermit>();
        try
        {
            attempt = EndNext(attempt, request, context);
            if (held is { Permit.Circuit: not null })
            {
                Report(attempt.Outcome(request), context, held);
            }

            return attempt;
        }
        finally
        {
            // Still there where somebody else's code threw: a listener of metrics, an exception asked for its message.
            if (held is { Permit.Circuit: { } circuit })
            {
                circuit.Ignore(held.Take());
            }
        }
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
    private void Report(in AttemptOutcome outcome, CallContext context, HeldPermit held)
    {
        var circuit = held.Permit.Circuit;
        var judgement = context.Judge(outcome.Request, outcome.Response, outcome.Exception);
        var opened = false;
        switch (judgement.Verdict)
        {
            case AttemptVerdict.Success:
                var at = EndOf(context, held.Permit);
                opened = circuit.Succeed(held.Take(), at);
                break;
            case AttemptVerdict.Ignored:
                circuit.Ignore(held.Take());
                break;
            default:
                var failure = new CircuitFailure(
                    context.LastOutcome!,
                    judgement.Is(JudgementTraits.TimedOut),
                    judgement.Is(JudgementTraits.RatioOnly),
                    judgement.Is(JudgementTraits.Throttled),
                    AskedBreak(outcome.Response, context));
                // One that others opened meanwhile is as open as one that this attempt did.
                opened = circuit.Fail(held.Take(), context.AttemptEndedAt, failure) || circuit.IsBlocked(context.AttemptEndedAt);
                _metrics.Failed(circuit.Name);
                break;
        }

        // Where the circuit only observes, retry goes on as if there were none.
        context.CircuitOpened = opened && context.Options.CircuitBreaker.Mode == HttpCircuitBreakerMode.Enforce;
    }

    /// <summary>How long the service asked to be left alone. On other statuses a Retry-After is for that one call (RFC 9110, 10.2.3).</summary>
    private static TimeSpan? AskedBreak(HttpResponseMessage? response, CallContext context) =>
        response?.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable ? context.RetryAfter(response) : null;

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

        /// <summary>The permit, for the one who gives it back.</summary>
        public CircuitPermit Take()
        {
            var permit = Permit;
            Permit = default;
            return permit;
        }
    }
}
