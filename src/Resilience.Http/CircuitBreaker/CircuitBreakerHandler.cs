using System.Runtime.CompilerServices;
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
    private readonly ServiceCircuits _circuits = Circuits(service);
    private readonly CircuitBreakerMetrics _metrics = CircuitRegistry.GetOrCreate(service.Host).Metrics;

    protected override Task<HttpResponseMessage> SendAttemptAsync(
        HttpRequestMessage request, AttemptContext attempt, bool async, CancellationToken cancellationToken)
    {
        var options = attempt.Call.Options.CircuitBreaker;
        if (!options.Enabled || request.RequestUri is not { IsAbsoluteUri: true } uri)
        {
            // Only an HttpMessageInvoker passes a relative URI, and the handler that sends rejects it.
            return NextAsync(request, attempt, async, cancellationToken);
        }

        var held = (HeldPermit)(attempt.CircuitBreakerState ??= new HeldPermit());
        if (_circuits.TryAcquire(uri, options.Scope, attempt.StartedAt, LongestAttempt(attempt.Call), out held.Permit, out var refusal))
        {
            held.Permit.Trial?.Follow(attempt.Body);
            CheckInFlight(held.Permit, attempt.Call.Options);
            return NextAsync(request, attempt, async, cancellationToken);
        }

        Reject(attempt.Call, options, refusal);
        return options.Mode == HttpCircuitBreakerMode.Observe
            ? NextAsync(request, attempt, async, cancellationToken)
            : RefuseAsync(request, attempt, options, refusal);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // Inlined into End, it would make the frame of every handler's End larger.
    protected override Task<HttpResponseMessage> OnEnded(
        Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt)
    {
        if (attempt.CircuitBreakerState is HeldPermit { Permit.Circuit: not null } held)
        {
            try
            {
                Report(ended.Outcome(request), attempt, held);
            }
            finally
            {
                // Still there if the user's code threw: a listener of metrics, or an exception that was asked for its message.
                if (held.Permit.Circuit is { } circuit)
                {
                    circuit.Ignore(held.Take());
                }
            }
        }

        return ended;
    }

    private static ServiceCircuits Circuits(ServiceState service)
    {
        var circuits = ServiceCircuits.GetOrCreate(service);
        AuthorityStatusSources.GetOrCreate(service).Add(new CircuitStatusSource(circuits));
        InFlightGauge.Show(service.Host);
        return circuits;
    }

    private static Task<HttpResponseMessage> RefuseAsync(
        HttpRequestMessage request, AttemptContext attempt, HttpCircuitBreakerOptions options, CircuitRefusal refusal)
    {
        attempt.Refused = true;
        return options.Rejection == HttpRejection.Respond
            ? Task.FromResult(
                attempt.Call.IsGrpc ? GrpcAnswer.To(request, RefusalResponse.ForGrpc(refusal)) : RefusalResponse.To(request, refusal))
            : Task.FromException<HttpResponseMessage>(new CircuitOpenException(refusal));
    }

    /// <summary>One attempt in 128, by its place in their order, looks whether very many are in flight.</summary>
    private void CheckInFlight(in CircuitPermit permit, ResilientHttpClientOptions options)
    {
        if ((permit.Order & 127) == 0 && !options.CountsInLimiter)
        {
            InFlightWarning.Check(Service, permit.Circuit.Name.Authority, permit.Circuit.InFlight);
        }
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
    private void Report(in AttemptOutcome outcome, AttemptContext attempt, HeldPermit held)
    {
        if (attempt.Body is not null)
        {
            // How long the service took is counted from the end of the body.
            held.Permit = held.Permit with { StartedAt = attempt.LastMoveAt };
        }

        var judgement = attempt.Judge(outcome.Request, outcome.Response, outcome.Exception);
        if (RedirectTargets.Find(attempt.Redirect, held.Permit.Circuit) is { } target)
        {
            ReportRedirected(target, outcome, judgement, attempt, held);
        }
        else
        {
            attempt.CircuitOpened = Conclude(outcome, judgement, attempt, held);
        }
    }

    /// <summary>
    /// A redirect is a response, and a success. When it came is not known, so it is not slow. The next attempt asks the first authority
    /// again, so it is not kept back if the circuit of the other one opens.
    /// </summary>
    private void ReportRedirected(string target, in AttemptOutcome outcome, Judgement judgement, AttemptContext attempt, HeldPermit held)
    {
        var permit = held.Take();
        var looksForSlow = attempt.Call.Options.CircuitBreaker.SlowCallDuration != Timeout.InfiniteTimeSpan;
        permit.Circuit.Succeed(permit, looksForSlow ? permit.StartedAt : attempt.EndedAt);
        if (RedirectTargets.GetOrCreate(Service).TryAcquire(target, attempt, AttemptLimit(attempt.Call), out held.Permit))
        {
            Conclude(outcome, judgement, attempt, held);
        }
    }

    /// <returns>Whether the circuit is open now, by this result or by those of others meanwhile, and keeps calls back.</returns>
    private bool Conclude(in AttemptOutcome outcome, Judgement judgement, AttemptContext attempt, HeldPermit held)
    {
        var circuit = held.Permit.Circuit;
        var opened = false;
        switch (judgement.Verdict)
        {
            case AttemptVerdict.Success:
                var at = EndOf(attempt, held.Permit);
                opened = circuit.Succeed(held.Take(), at);
                break;
            case AttemptVerdict.Ignored or AttemptVerdict.Retryable:
                circuit.Ignore(held.Take());
                break;
            default:
                var failure = new CircuitFailure(
                    attempt.Call.LastOutcome!,
                    judgement.Is(JudgementTraits.TimedOut),
                    judgement.Is(JudgementTraits.RatioOnly),
                    judgement.Is(JudgementTraits.Throttled),
                    attempt.RetryAfter(outcome.Response));
                opened = Fail(held.Take(), attempt, failure, judgement.Is(JudgementTraits.ProcessBehind));
                _metrics.RecordFailure(circuit.Name);
                break;
        }

        // If the circuit only observes, retry goes on as if there were none.
        return opened && attempt.Call.Options.CircuitBreaker.Mode == HttpCircuitBreakerMode.Enforce;
    }

    /// <returns>Whether the circuit is open: one that others opened meanwhile is as open as one that this attempt did.</returns>
    private static bool Fail(in CircuitPermit permit, AttemptContext attempt, in CircuitFailure failure, bool processWasBehind)
    {
        var (circuit, at) = (permit.Circuit, attempt.EndedAt);
        var opened = processWasBehind
            ? circuit.Defer(permit, at, failure, DeferredTimeouts.EndFor(permit, AttemptLimit(attempt.Call), attempt.Call.Clock))
            : circuit.Fail(permit, at, failure);
        return opened || circuit.IsBlocked(at);
    }

    /// <summary>
    /// When a success came. One that was there at once is not worth a reading of the clock, unless slow calls are looked for.
    /// </summary>
    private static long EndOf(AttemptContext attempt, in CircuitPermit permit) =>
        attempt.CompletedSynchronously && attempt.Call.Options.CircuitBreaker.SlowCallDuration == Timeout.InfiniteTimeSpan
            ? permit.StartedAt
            : attempt.EndedAt;

    private void Reject(CallContext context, HttpCircuitBreakerOptions options, CircuitRefusal refusal)
    {
        var mode = options.Mode == HttpCircuitBreakerMode.Observe
            ? "observe"
            : options.Rejection == HttpRejection.Respond ? "respond" : "throw";
        _metrics.RecordRejection(refusal.Circuit.Name, refusal.State, mode);
        if (context.Span is { IsAllDataRequested: true } span)
        {
            span.AddEvent(new(TelemetryNames.RejectedEvent, context.Clock.GetUtcNow(), new()
            {
                [TelemetryTags.Authority] = refusal.Circuit.Name.Authority,
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
