using Resilience.Http.Grpc;
using Resilience.Http.Outcomes;

namespace Resilience.Http.Pipeline;

/// <summary>What the outcome of an attempt says if the request is a gRPC call.</summary>
internal static class GrpcCall
{
    /// <summary>
    /// Judges the status that came with the headers; <see langword="null"/> if there is none: one that comes in the trailers, after the
    /// body, comes too late to be judged.
    /// </summary>
    public static Judgement? Judge(AttemptContext attempt, HttpResponseMessage response) =>
        GrpcHeaders.StatusOf(response) is { } status
            ? GrpcOutcomes.Judge(
                status, AttemptJudge.HadItsChance(attempt), mayBeRepeated: !(GrpcHeaders.PushbackOf(response) < TimeSpan.Zero))
            : null;

    /// <summary>
    /// Whether the time has passed that the caller gives the whole call. A gRPC client cancels its request then, as it does when its user
    /// cancels; only the header that it sent distinguishes them.
    /// </summary>
    public static bool DeadlinePassed(AttemptContext attempt, HttpRequestMessage request) =>
        GrpcHeaders.TimeoutOf(request) is { } limit
        && attempt.Call.Clock.GetElapsedTime(attempt.Call.StartedAt, attempt.EndedAt) >= limit - AttemptJudge.Tolerance;

    public static Judgement JudgeDeadline(AttemptContext attempt)
    {
        var judgement = GrpcOutcomes.Deadline(AttemptJudge.HadItsChance(attempt));
        return judgement with { Traits = judgement.Traits | JudgementTraits.CallerCanceled };
    }

    /// <summary>The status for messages and spans: also of a deadline that the caller's cancellation has reported.</summary>
    public static GrpcStatus? StatusOf(AttemptContext attempt, HttpResponseMessage? response, Judgement judgement)
    {
        if (response is not null)
        {
            return GrpcHeaders.StatusOf(response);
        }

        return attempt.FiredTimeout is null
            && judgement.Verdict != AttemptVerdict.Ignored
            && judgement.Is(JudgementTraits.CallerCanceled)
                ? GrpcStatus.DeadlineExceeded
                : null;
    }
}
