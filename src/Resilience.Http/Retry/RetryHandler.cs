using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Retry;

/// <summary>
/// The loop: sends, lets the rules decide, waits, restores the request, sends again. A call that ends with its first attempt, as nearly
/// all do, stays out of it. If that attempt ended at once, it is handed back as it is: a success costs no state machine, and a refusal is
/// not thrown a second time.
/// </summary>
internal sealed partial class RetryHandler(ServiceState service) : ResilienceHandler(service)
{
    private readonly RetryBudget _budget = Budget(service);
    private RetryTelemetry? _report;

    /// <summary>Made for the first call that does not simply succeed.</summary>
    private RetryTelemetry Report => _report ??= RetryTelemetry.GetOrCreate(Service);

    internal override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        var owner = context.TryOwn();
        ReplayableRequest.Begin(request, context);
        SecondLayerHeaders.Look(context);
        var attempt = AttemptAsync(request, context, async, cancellationToken);
        if (!attempt.IsCompleted)
        {
            return WaitForFirstAsync(attempt, request, context, owner);
        }

        return EndFirst(ref attempt, request, context, owner) ? attempt : LoopAsync(attempt, request, context, owner, async);
    }

    /// <summary>Whether the rules allow to repeat the request of a call after its current attempt, whatever that comes to.</summary>
    private static bool MayRepeat(CallContext context) =>
        context.Options.Retry is { Enabled: true } options
        && context.Attempts <= options.MaxRetries
        && context.Settings.AllowRetry != false
        && IsRepeatable(context)
        && context.Sent.IsBodyReplayable;

    private static bool IsRepeatable(CallContext context) =>
        context.Sent.IsTaken
        && ReplaySafety.Allows(context.Sent, context.Settings, RepeatableMethods.Include(context, context.Attempt.Uri));

    /// <summary>From the end of the first attempt on.</summary>
    private async Task<HttpResponseMessage> LoopAsync(
        Task<HttpResponseMessage> attempt, HttpRequestMessage request, CallContext context, bool owner, bool async)
    {
        TimeSpan? waited = null;
        string? earlier = null;
        try
        {
            while (true)
            {
                var judgement = Judge(attempt, request, context);
                var response = ResponseOf(attempt);
                _budget.Note(judgement, response, context);
                var decision = Decide(judgement, response, context, waited);
                if ((decision.StopReason ?? PutBack(request, context)) is { } reason)
                {
                    ThrowIfWriteMayHaveBeenDone(response, judgement, context, request, earlier);
                    Conclude(reason, judgement, context, request, earlier);
                    return attempt.GetAwaiter().GetResult(); // Completed.
                }

                context.Earlier.Add(
                    judgement,
                    context.Attempt.Status,
                    response is null ? attempt.Outcome(request).Exception : null,
                    context.Attempt.Redirect);
                Discard(response);
                waited = decision.Delay; // Noted before the wait, so that the decision need not outlive it.
                await WaitAsync(decision.Delay, judgement, context, request, earlier, async).ConfigureAwait(false);
                RestoreAfterWait(attempt, context, request, earlier);
                earlier = Report.WantsReasons ? RetryTelemetry.Reasons(earlier, context) : null;
                if (context.Attempt.EndedAt < context.Deadline)
                {
                    Report.Repeats(context, waited.Value);
                    Service.Traffic?.Count(TrafficEvent.Retried);
                }

                attempt = AttemptAsync(request, context, async, context.CallerToken);
                await ((Task)attempt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                attempt = EndNext(attempt, request, context.Attempt);
            }
        }
        finally
        {
            ReplayableRequest.End(attempt, request, context, owner);
        }
    }

    private static HttpResponseMessage? ResponseOf(Task<HttpResponseMessage> attempt) =>
        attempt.IsCompletedSuccessfully ? attempt.Result : null;

    /// <summary>A refusal says nothing about the service that was not known before.</summary>
    private static Judgement Judge(Task<HttpResponseMessage> attempt, HttpRequestMessage request, CallContext context)
    {
        if (context.Attempt.Refused)
        {
            return new(AttemptVerdict.Ignored);
        }

        if (context.Attempt.Judged is { } judgement)
        {
            return judgement;
        }

        var outcome = attempt.Outcome(request);
        return context.Attempt.Judge(request, outcome.Response, outcome.Exception);
    }

    private static RetryBudget Budget(ServiceState service)
    {
        var budget = RetryBudget.GetOrCreate(service);
        RetryMetrics.Show(service);
        service.ExtraSendBudget = budget;
        service.MayRepeat ??= MayRepeat;
        return budget;
    }

    private static RetryStopReason? Settle(Judgement judgement, CallContext context) => RetryRules.GetStopReason(
        judgement,
        WhyRefused(context.Attempt),
        context.CallerToken.IsCancellationRequested,
        RetryRules.AtDeadline(context.Attempts, context.Settings.AllowRetry == false, context.Options.Retry));

    private static RetryStopReason? WhyRefused(AttemptContext attempt) => attempt switch
    {
        { Refused: false } => null,
        { ExceededLimit: null } => RetryStopReason.CircuitOpen,
        _ => RetryStopReason.LimitExceeded,
    };

    private Task<HttpResponseMessage> AttemptAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        context.BeginAttempt(request);
        try
        {
            var attempt = NextAsync(request, context.Attempt, async, cancellationToken);
            context.Attempt.CompletedSynchronously = async && attempt.IsCompleted;
            return attempt;
        }
        catch (Exception exception)
        {
            return Task.FromException<HttpResponseMessage>(exception);
        }
    }

    private RetryDecision Decide(Judgement judgement, HttpResponseMessage? response, CallContext context, TimeSpan? waited)
    {
        if (Settle(judgement, context) is { } reason)
        {
            return RetryDecision.Stop(reason);
        }

        var (options, sent, clock) = (context.Options.Retry, context.Sent, context.Clock);
        var question = new RetryInput
        {
            NothingSent = judgement.Is(JudgementTraits.NothingSent),
            Attempts = context.Attempts,
            Remaining = context.Deadline == long.MaxValue ? null : clock.GetElapsedTime(context.Attempt.EndedAt, context.Deadline),
            RetryAfter = context.Attempt.ReadRetryAfter(response),
            NeedsWholeStep = judgement.Verdict == AttemptVerdict.Retryable && context.Attempt.Status is not null,
            PreviousDelay = waited,
            CircuitOpened = context.Attempt.CircuitOpened,
            UnderLoad = context.Earlier.MetLoad,
            RetryForbidden = context.Settings.AllowRetry == false,
            RequestIsRepeatable = IsRepeatable(context),
            NeedsNoWait = context.Attempt.FailedAsTrial,
            BodyIsReplayable = sent.IsBodyReplayable,
        };
        return RetryRules.Decide(question, options, _budget, Service.Host.Chance);
    }

    /// <summary>
    /// Restores the request while the outcome still is at hand: if the request, or its body, was disposed before the call has ended, the
    /// caller gets that outcome.
    /// </summary>
    private RetryStopReason? PutBack(HttpRequestMessage request, CallContext context)
    {
        if (context.Sent.TryRestore(request))
        {
            return null;
        }

        _budget.GiveBack(context);
        return RetryStopReason.RequestDisposed;
    }

    private void ThrowIfWriteMayHaveBeenDone(
        HttpResponseMessage? response, Judgement judgement, CallContext context, HttpRequestMessage request, string? earlier)
    {
        if (ConditionalWrite.Explain(request, context) is { } exception)
        {
            Discard(response);
            Conclude(RetryStopReason.OutcomeUnknown, judgement, context, request, earlier);
            throw exception;
        }
    }

    private void Discard(HttpResponseMessage? response)
    {
        try
        {
            response?.Dispose();
        }
        catch (Exception exception)
        {
            Report.DisposalFailed(exception);
        }
    }

    private void Conclude(
        RetryStopReason reason, Judgement judgement, CallContext context, HttpRequestMessage request, string? earlier = null)
    {
        _budget.Ends(reason, context);
        Service.Traffic?.Ended(context, judgement, reason == RetryStopReason.CallerCanceled);
        if (reason != RetryStopReason.Success || context.Attempts > 1)
        {
            Report.Ended(reason, judgement, context, request, earlier);
        }
    }
}
