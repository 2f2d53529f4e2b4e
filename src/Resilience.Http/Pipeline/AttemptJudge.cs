using System.Net;
using Resilience.Http.Content;
using Resilience.Http.Outcomes;
using Resilience.Http.Requests;

namespace Resilience.Http.Pipeline;

/// <summary>
/// The verdict on an attempt: the caller's cancellation first, then the client's own time limits, then the user's <c>ClassifyOutcome</c>,
/// then the table.
/// </summary>
internal static class AttemptJudge
{
    /// <summary>A timer fires a little late or early; an attempt that ran its limit less this has had its chance.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(10);

    /// <summary>How long before a deadline a service may give up because of it.</summary>
    private static readonly TimeSpan LastMoments = TimeSpan.FromMilliseconds(50);

    private static readonly Judgement Success = new(AttemptVerdict.Success);
    private static readonly Judgement Unrecognized = new(AttemptVerdict.Ignored);

    public static Judgement Judge(
        AttemptContext attempt, HttpRequestMessage request, HttpResponseMessage? response, Exception? exception, bool requestUntouched)
    {
        if (response is { IsSuccessStatusCode: true } && attempt.Call is { IsGrpc: false, Options.ClassifyOutcome: null })
        {
            return Success; // As the table below has it; nearly every call ends here.
        }

        if (exception is not null && attempt.Call.CallerToken.IsCancellationRequested)
        {
            return attempt.Call.IsGrpc && GrpcCall.DeadlinePassed(attempt, request)
                ? GrpcCall.JudgeDeadline(attempt)
                : new(AttemptVerdict.Ignored, JudgementTraits.CallerCanceled);
        }

        // What is left of an inherited deadline, or to a shutdown, is not a measure of the service: the client's own limits are.
        if (exception is not null && attempt.FiredTimeout is TimeoutScope.Total or TimeoutScope.Incoming or TimeoutScope.Shutdown)
        {
            return new(
                HadItsChance(attempt) ? AttemptVerdict.Transient : AttemptVerdict.Ignored,
                TimedOut(attempt) | JudgementTraits.DeadlinePassed);
        }

        var builtIn = BuiltIn(attempt, request, response, exception, requestUntouched);
        if (attempt.Call.Options.ClassifyOutcome is { } judge
            && AskUser(judge, attempt, new(request, response, exception, attempt.Call.Attempts)) is { } verdict)
        {
            return (builtIn ?? Unrecognized) with { Verdict = verdict };
        }

        if (exception is not null && attempt.FiredTimeout is null)
        {
            OutcomeLog.GetOrCreate(attempt.Call.Service).Report(exception, builtIn);
        }

        return builtIn ?? Unrecognized;
    }

    /// <summary>A judge that throws has no verdict, so the table's counts and the call goes its way.</summary>
    private static AttemptVerdict? AskUser(Func<AttemptOutcome, AttemptVerdict?> judge, AttemptContext attempt, AttemptOutcome outcome)
    {
        try
        {
            return judge(outcome);
        }
        catch (Exception exception)
        {
            attempt.Call.Service.GetOrCreate(static service => new ClassifierFailureLog(service)).Report(exception);
            return null;
        }
    }

    /// <summary>The verdict of the table, or <see langword="null"/> if it does not know the exception.</summary>
    private static Judgement? BuiltIn(
        AttemptContext attempt, HttpRequestMessage request, HttpResponseMessage? response, Exception? exception, bool requestUntouched)
    {
        if (IsStillInProgress(attempt, response, exception))
        {
            return new(AttemptVerdict.Retryable);
        }

        if (response is not null)
        {
            var judgement = (attempt.Call.IsGrpc ? GrpcCall.Judge(attempt, response) : null) ?? OutcomeTable.Judge(response.StatusCode);
            return judgement.Verdict != AttemptVerdict.Success && GaveUpAtItsDeadline(attempt) ? Unrecognized : judgement;
        }

        if (attempt.FiredTimeout == TimeoutScope.Attempt)
        {
            return new(attempt.AwaitsBody ? AttemptVerdict.Ignored : AttemptVerdict.Transient, TimedOut(attempt));
        }

        return attempt.Body is { } body
            ? WithBody(body, exception!, requestUntouched)
            : OutcomeTable.Judge(exception!, requestUntouched);
    }

    private static JudgementTraits TimedOut(AttemptContext attempt) =>
        attempt.ProcessWasBehind ? JudgementTraits.TimedOut | JudgementTraits.ProcessBehind : JudgementTraits.TimedOut;

    /// <summary>
    /// 409 to a retry with an Idempotency-Key whose earlier attempt may have reached the service: that attempt is still being processed
    /// (draft-ietf-httpapi-idempotency-key-header, 2.7). It is the call's own doing, so it says nothing about the service.
    /// </summary>
    private static bool IsStillInProgress(AttemptContext attempt, HttpResponseMessage? response, Exception? exception) =>
        attempt.Call.Earlier.MayHaveBeenDone
        && attempt.FiredTimeout is null
        && (response?.StatusCode ?? OutcomeTable.StatusIn(exception)) == HttpStatusCode.Conflict
        && attempt.Call.Sent.HasIdempotencyKey;

    /// <summary>
    /// A body that failed by itself is not the service's doing. If it comes from another connection, as in a gateway, it looks just like a
    /// cut connection to the service. A connection that was cut while the body was on its way may be an answer to this one body, such as an
    /// early 413.
    /// </summary>
    private static Judgement? WithBody(BodyWatch body, Exception exception, bool requestUntouched)
    {
        if (body.Phase == BodyPhase.Failed)
        {
            return new(AttemptVerdict.Ignored);
        }

        var judgement = OutcomeTable.Judge(exception, requestUntouched);
        return judgement is { } judged && body.IsBeingWritten
            ? judged with { Traits = judged.Traits | JudgementTraits.RatioOnly }
            : judgement;
    }

    /// <summary>
    /// Whether the service was sent a deadline that the call inherited, and answered just before it. What is sent is rounded down, and the
    /// service may keep a reserve, so a service that keeps to it often gives up before the attempt is cut. Such an answer is judged as the
    /// cut would have been.
    /// </summary>
    private static bool GaveUpAtItsDeadline(AttemptContext attempt) =>
        attempt.Call is { CallerDeadline.Name: not null, DeadlineScope: TimeoutScope.Incoming or TimeoutScope.Shutdown } call
        && call.Clock.Until(attempt.EndedAt, call.Deadline) <= LastMoments
        && !HadItsChance(attempt);

    /// <summary>
    /// Whether the attempt has run as long as an attempt may, and did not wait for its own body. Only then does the end of a time that
    /// belongs to the whole call, or to its caller, blame the service.
    /// </summary>
    public static bool HadItsChance(AttemptContext attempt)
    {
        var limit = TimeLimit.Shorter(attempt.Call.AttemptTimeout, attempt.Call.TotalTimeout);
        return limit != Timeout.InfiniteTimeSpan
            && !attempt.AwaitsBody
            && attempt.Call.Clock.GetElapsedTime(attempt.LastMoveAt) >= limit - Tolerance;
    }
}
