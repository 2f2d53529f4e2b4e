using Resilience.Http.CircuitBreaker.Registry;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Grpc;
using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.CircuitBreaker;

/// <summary>Takes a permit, sends, reports what came of it. The circuit judges.</summary>
internal sealed class CircuitBreakerHandler(ServiceState service) : AttemptHandler(service)
{
    private readonly ServiceCircuits _circuits = ServiceCircuits.GetOrCreate(service);
    private readonly RedirectTargets _redirectTargets = RedirectTargets.GetOrCreate(service);
    private readonly CircuitBreakerMetrics _metrics = CircuitRegistry.GetOrCreate(service.Host).Metrics;

    internal override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        var options = context.Options.CircuitBreaker;
        if (!options.Enabled || request.RequestUri is not { IsAbsoluteUri: true } uri)
        {
            // A URI that is none comes only from an HttpMessageInvoker: whoever sends will tell.
            return NextAsync(request, context, async, cancellationToken);
        }

        var held = context.Held<HeldPermit>() ??= new();
        if (_circuits.TryAcquire(uri, options.Scope, context.AttemptStartedAt, LongestAttempt(context), out held.Permit, out var refusal))
        {
            held.Permit.Trial?.Follow(context.Body);
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
            ? Task.FromResult(
                context.IsGrpc ? GrpcAnswer.To(request, RefusalResponse.ForGrpc(refusal)) : RefusalResponse.To(request, refusal))
            : Task.FromException<HttpResponseMessage>(new CircuitOpenException(refusal));
    }

    /// <summary>How long an attempt may take at most: its own limit, or that of the whole call.</summary>
    private static TimeSpan AttemptLimit(CallContext context) =>
        context.AttemptTimeout != Timeout.InfiniteTimeSpan ? context.AttemptTimeout : context.TotalTimeout;

    /// <summary>
    /// While this process is behind, a limit waits for its turn before it cuts the attempt; a trial has failed to return only after that.
    /// </summary>
    private static TimeSpan LongestAttempt(CallContext context) =>
        AttemptLimit(context) is var limit && limit > TimeSpan.Zero ? DeferredTimeouts.WithTurn(limit) : limit;

    /// <summary>Gives the permit back, once on every way.</summary>
    private void Report(in AttemptOutcome outcome, CallContext context, HeldPermit held)
    {
        if (context.Body is not null)
        {
            // How long the service took is counted from the end of the body.
            held.Permit = held.Permit with { StartedAt = context.LastMoveAt };
        }

        var judgement = context.Judge(outcome.Request, outcome.Response, outcome.Exception);
        if (RedirectTargets.Find(context.Redirect, held.Permit.Circuit) is { } target)
        {
            ReportRedirected(target, outcome, judgement, context, held);
        }
        else
        {
            context.CircuitOpened = Conclude(outcome, judgement, context, held);
        }
    }

    /// <summary>
    /// A redirect is a response, and a success. When it came is not known, so it is not slow. The next attempt asks the first authority
    /// again, so it is not kept back if the circuit of the other one opens.
    /// </summary>
    private void ReportRedirected(string target, in AttemptOutcome outcome, Judgement judgement, CallContext context, HeldPermit held)
    {
        var permit = held.Take();
        var looksForSlow = context.Options.CircuitBreaker.SlowCallDuration != Timeout.InfiniteTimeSpan;
        permit.Circuit.Succeed(permit, looksForSlow ? permit.StartedAt : context.AttemptEndedAt);
        if (_redirectTargets.TryAcquire(target, context, AttemptLimit(context), out held.Permit))
        {
            Conclude(outcome, judgement, context, held);
        }
    }

    /// <returns>Whether the circuit is open now, by this result or by those of others meanwhile, and keeps calls back.</returns>
    private bool Conclude(in AttemptOutcome outcome, Judgement judgement, CallContext context, HeldPermit held)
    {
        var circuit = held.Permit.Circuit;
        var opened = false;
        switch (judgement.Verdict)
        {
            case AttemptVerdict.Success:
                var at = EndOf(context, held.Permit);
                opened = circuit.Succeed(held.Take(), at);
                break;
            case AttemptVerdict.Ignored or AttemptVerdict.Retryable:
                circuit.Ignore(held.Take());
                break;
            default:
                var failure = new CircuitFailure(
                    context.LastOutcome!,
                    judgement.Is(JudgementTraits.TimedOut),
                    judgement.Is(JudgementTraits.RatioOnly),
                    judgement.Is(JudgementTraits.Throttled),
                    context.RetryAfter(outcome.Response));
                opened = Fail(held.Take(), context, failure, judgement.Is(JudgementTraits.ProcessBehind));
                _metrics.RecordFailure(circuit.Name);
                break;
        }

        // If the circuit only observes, retry goes on as if there were none.
        return opened && context.Options.CircuitBreaker.Mode == HttpCircuitBreakerMode.Enforce;
    }

    /// <returns>Whether the circuit is open: one that others opened meanwhile is as open as one that this attempt did.</returns>
    private static bool Fail(in CircuitPermit permit, CallContext context, in CircuitFailure failure, bool processWasBehind)
    {
        var (circuit, at) = (permit.Circuit, context.AttemptEndedAt);
        var opened = processWasBehind
            ? circuit.Defer(permit, at, failure, DeferredTimeouts.EndFor(permit, AttemptLimit(context), context.Clock))
            : circuit.Fail(permit, at, failure);
        return opened || circuit.IsBlocked(at);
    }

    /// <summary>
    /// When a success came. One that was there at once is not worth a reading of the clock, unless slow calls are looked for.
    /// </summary>
    private static long EndOf(CallContext context, in CircuitPermit permit) =>
        context.CompletedSynchronously && context.Options.CircuitBreaker.SlowCallDuration == Timeout.InfiniteTimeSpan
            ? permit.StartedAt
            : context.AttemptEndedAt;

    private void Reject(CallContext context, HttpCircuitBreakerOptions options, CircuitRefusal refusal)
    {
        var mode = options.Mode == HttpCircuitBreakerMode.Observe
            ? "observe"
            : options.Rejection == HttpCircuitBreakerRejection.Respond ? "respond" : "throw";
        _metrics.RecordRejection(refusal.Circuit, refusal.State, mode);
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
