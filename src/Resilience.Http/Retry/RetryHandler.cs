using Resilience.Http.Outcomes;
using Resilience.Http.Requests;

namespace Resilience.Http.Retry;

/// <summary>
/// The loop: sends, lets the rules decide, waits, puts the request back as it was, sends again. An attempt that ended at once with nothing
/// to mend is handed back as it is: a success costs no state machine, and a refusal is not thrown a second time.
/// </summary>
internal sealed class RetryHandler(ResilientService service) : ResilienceHandler(service)
{
    private readonly RetryBudget _budget = RetryBudget.Of(service);
    private readonly RetryReport _report = RetryReport.Of(service);

    internal override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        var owner = context.TryOwn();
        Remember(request, context);
        var attempt = AttemptAsync(request, context, async, cancellationToken);
        if (!attempt.IsCompleted)
        {
            return LoopAsync(attempt, ended: false, request, context, owner, async);
        }

        attempt = EndNext(attempt, request, context);
        return IsOver(attempt, request, context, owner) ? attempt : LoopAsync(attempt, ended: true, request, context, owner, async);
    }

    /// <summary>Whether a first attempt that ended at once leaves nothing to mend. Then the call is concluded, and its context must not be touched any more.</summary>
    private bool IsOver(Task<HttpResponseMessage> attempt, HttpRequestMessage request, CallContext context, bool owner)
    {
        var judgement = Judge(attempt, request, context);
        if (Settle(judgement, context) is not { } reason)
        {
            return false;
        }

        Conclude(reason, judgement, context, request, earlier: null);
        Release(request, context, owner);
        return true;
    }

    /// <summary>From the first attempt on; <paramref name="ended"/> tells whether that one is over and the handlers further in have seen it.</summary>
    private async Task<HttpResponseMessage> LoopAsync(
        Task<HttpResponseMessage> attempt, bool ended, HttpRequestMessage request, CallContext context, bool owner, bool async)
    {
        TimeSpan? waited = null;
        string? earlier = null;
        try
        {
            while (true)
            {
                if (!ended)
                {
                    await ((Task)attempt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    attempt = EndNext(attempt, request, context);
                }

                var judgement = Judge(attempt, request, context);
                var response = attempt.IsCompletedSuccessfully ? attempt.Result : null;
                var decision = Decide(judgement, response, context, waited);
                if ((decision.StopReason ?? PutBack(request, context)) is { } reason)
                {
                    Conclude(reason, judgement, context, request, earlier);
                    return attempt.GetAwaiter().GetResult(); // Completed. An awaiter of a second kind would cost every call 16 bytes.
                }

                Discard(response);
                waited = decision.Delay; // Noted before the wait, so that the decision need not outlive it: 16 bytes of every call.
                await WaitAsync(decision.Delay, judgement, context, request, earlier, async).ConfigureAwait(false);
                earlier = _report.WantsReasons ? RetryReport.Reasons(earlier, context) : null;
                _report.Repeats(context, waited.Value);
                context.Sent.TryRestore(request); // Once more: an attempt that was cut may have gone on and changed it meanwhile.
                attempt = AttemptAsync(request, context, async, context.CallerToken);
                ended = false;
            }
        }
        finally
        {
            Release(request, context, owner);
        }
    }

    /// <summary>
    /// Notes what the caller sends, and sees to it that a body which can be read only once can be sent again. It has a stand-in also where
    /// nothing is repeated: one that an earlier call has read is known as such, and so is one that cannot be read.
    /// </summary>
    private static void Remember(HttpRequestMessage request, CallContext context)
    {
        var options = context.Options.Retry;
        var repeats = options.Enabled && options.MaxRetries > 0 && context.Settings.AllowRetry != false;
        if (!repeats && request.Content is not StreamContent)
        {
            return;
        }

        var sent = context.Sent;
        sent.Take(request);
        if (BodyReplay.OneShot(sent.Content) is { } oneShot)
        {
            // Of a request that is not repeatable nothing is kept; but where nothing was sent its body still is as good as new.
            var limit = repeats && ReplaySafety.Allows(sent, context.Settings, options.RetryUnsafeMethods) ? options.MaxBufferedBody : 0;
            sent.SendInstead(ReadAheadContent.For(oneShot, limit), request);
        }
    }

    private static void Release(HttpRequestMessage request, CallContext context, bool owner)
    {
        context.Sent.ReturnContent(request);
        context.Sending?.End();
        if (owner)
        {
            context.Return();
        }
    }

    /// <summary>A refusal says nothing of the service that was not known before.</summary>
    private static Judgement Judge(Task<HttpResponseMessage> attempt, HttpRequestMessage request, CallContext context)
    {
        if (context.Refused)
        {
            return new(AttemptVerdict.Ignored);
        }

        if (context.Judged is { } judgement)
        {
            return judgement;
        }

        var outcome = attempt.Outcome(request);
        return context.Judge(request, outcome.Response, outcome.Exception);
    }

    private static RetryStopReason? Settle(Judgement judgement, CallContext context) =>
        RetryRules.Settle(judgement, context.Refused, context.CallerToken.IsCancellationRequested);

    private Task<HttpResponseMessage> AttemptAsync(HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        context.BeginAttempt(request);
        try
        {
            var attempt = NextAsync(request, context, async, cancellationToken);
            context.EndedAtOnce = async && attempt.IsCompleted;
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
        var question = new RetryQuestion
        {
            NothingSent = judgement.Is(JudgementTraits.NothingSent),
            Attempts = context.Attempts,
            Remaining = context.Deadline == long.MaxValue ? null : clock.GetElapsedTime(context.AttemptEndedAt, context.Deadline),
            RetryAfter = context.RetryAfter(response),
            PreviousDelay = waited,
            CircuitOpened = context.CircuitOpened,
            RetryForbidden = context.Settings.AllowRetry == false,
            RequestIsRepeatable = sent.IsTaken && ReplaySafety.Allows(sent, context.Settings, options.RetryUnsafeMethods),
            BodyIsReplayable = BodyReplay.IsReplayable(sent.Content, context.Settings),
        };
        return RetryRules.Decide(question, options, _budget, Service.Host.Chance);
    }

    /// <summary>
    /// Puts the request back as the caller sent it, while the outcome still is at hand: it goes to the caller where the
    /// request, or its body, was disposed of before the call has ended.
    /// </summary>
    private RetryStopReason? PutBack(HttpRequestMessage request, CallContext context)
    {
        if (context.Sent.TryRestore(request))
        {
            return null;
        }

        GiveBack(context);
        return RetryStopReason.RequestDisposed;
    }

    /// <summary>Waits. If the caller does not wait for it, what was taken from the budget goes back, and the call is over.</summary>
    private async Task WaitAsync(TimeSpan delay, Judgement judgement, CallContext context, HttpRequestMessage request, string? earlier, bool async)
    {
        try
        {
            await RetryWait.For(delay, context.Clock, async, context.CallerToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            GiveBack(context);
            Conclude(RetryStopReason.CallerCanceled, judgement, context, request, earlier);
            throw;
        }

        if (delay > TimeSpan.Zero)
        {
            context.HasWaited();
        }
    }

    private void GiveBack(CallContext context)
    {
        if (context.Options.Retry.Budget is { Enabled: true } options)
        {
            _budget.GiveBack(options);
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
            _report.DisposalFailed(exception);
        }
    }

    private void Conclude(RetryStopReason reason, Judgement judgement, CallContext context, HttpRequestMessage request, string? earlier)
    {
        if (reason != RetryStopReason.Success || context.Attempts > 1)
        {
            _report.Ended(reason, judgement, context, request, earlier);
        }
        else if (context.Options.Retry is { Enabled: true, Budget: { Enabled: true } budget })
        {
            _budget.Earn(budget);
        }
    }
}
