using System.Net;
using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Hedging;

/// <summary>One of several sends of an attempt.</summary>
internal sealed class HedgeSend(
    HttpRequestMessage request, AttemptContext attempt, Task<HttpResponseMessage> task, SendCancellation cancellation, bool isHedge)
{
    private Task<HttpResponseMessage>? _ended;
    private Judgement _judgement;

    public HttpRequestMessage Request => request;

    public AttemptContext Attempt => attempt;

    public Task<HttpResponseMessage> Task => task;

    public bool IsHedge => isHedge;

    /// <summary>Whether the handlers further in have seen the end.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether it was canceled because another one is the outcome.</summary>
    public bool HasLost { get; private set; }

    /// <summary>Whether it had not left the chain when it lost, so it may never have been sent.</summary>
    public bool LostInQueue { get; private set; }

    /// <summary>The outcome, as the handlers further in have left it.</summary>
    public Task<HttpResponseMessage> Ended => _ended ?? task;

    public bool Succeeded => _judgement.Verdict == AttemptVerdict.Success;

    /// <summary>The task is completed: the handlers further in see the end, and it is judged.</summary>
    public void End(HedgingHandler handler)
    {
        HasEnded = true;
        cancellation.End();
        _ended = handler.EndSend(task, request, attempt, isHedge);
        if (!attempt.Refused)
        {
            var outcome = _ended.Outcome(request);
            _judgement = attempt.Judge(request, outcome.Response, outcome.Exception);
        }
        else
        {
            _judgement = new(AttemptVerdict.Ignored);
        }
    }

    /// <summary>
    /// Whether this is the outcome of the attempt although others are in flight: a success, or the end of the whole call. A refusal that
    /// two overlapping sends may have caused themselves is not.
    /// </summary>
    public bool Wins(bool othersInFlight) =>
        _judgement.Is(JudgementTraits.CallerCanceled | JudgementTraits.DeadlinePassed)
        || (Succeeded && !(othersInFlight && MayBeOwnDoing(attempt.Status)));

    /// <summary>Notes for later attempts of the call what this send may have done.</summary>
    public void NoteAsEarlier()
    {
        if (!attempt.Refused)
        {
            attempt.Call.Earlier.Add(_judgement, attempt.Status, Ended.Outcome(request).Exception);
        }
    }

    /// <summary>
    /// Cancels the send, because another one is the outcome. The call does not wait for its end: the handlers further in see it whenever
    /// it comes, and the context of the call is kept until then.
    /// </summary>
    public void Abandon(HedgingHandler handler, ServiceHedging hedging, HttpResponseMessage? kept)
    {
        HasEnded = HasLost = true;
        LostInQueue = !attempt.HasLeft;
        attempt.Abandon();
        attempt.Call.Hold();
        _ = task.ContinueWith(
            (_, _) => EndAbandoned(handler, hedging, kept),
            state: null,
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
        cancellation.CancelInBackground();
    }

    /// <summary>
    /// The response is not the outcome, unless an inner handler gave one response object to two sends, as one that joins equal requests.
    /// </summary>
    public void Discard(HedgingTelemetry telemetry, HttpResponseMessage? kept)
    {
        try
        {
            _ = task.Exception; // Seen, so that it is not reported as unobserved.
            _ = Ended.Exception;
            if (Ended.IsCompletedSuccessfully && !ReferenceEquals(Ended.Result, kept))
            {
                Ended.Result.Dispose();
            }
        }
        catch (Exception exception)
        {
            telemetry.NonCriticalFailure(exception);
        }
    }

    private void EndAbandoned(HedgingHandler handler, ServiceHedging hedging, HttpResponseMessage? kept)
    {
        try
        {
            _ended = handler.EndSend(task, request, attempt, isHedge);
            if (isHedge && LostInQueue)
            {
                hedging.EndedInQueue(attempt.Call, this);
            }
        }
        catch (Exception exception)
        {
            hedging.Telemetry.NonCriticalFailure(exception);
        }
        finally
        {
            Discard(hedging.Telemetry, kept);
            cancellation.End();
            attempt.DisposeStates();
            attempt.Call.Return();
        }
    }

    /// <summary>
    /// 409 while the same work is running, 412 after it is done, 425 and 429 because there are two: answers to the second of two sends.
    /// </summary>
    private static bool MayBeOwnDoing(HttpStatusCode? status) => (int?)status is 409 or 412 or 425 or 429;
}
