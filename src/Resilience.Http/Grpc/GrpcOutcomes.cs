using Resilience.Http.Outcomes;

namespace Resilience.Http.Grpc;

/// <summary>The built-in verdicts on the statuses of gRPC. The reasons and their sources stand in docs/grpc.md.</summary>
internal static class GrpcOutcomes
{
    /// <param name="status">The status.</param>
    /// <param name="hadItsChance">Whether the attempt ran as long as an attempt may.</param>
    /// <param name="mayBeRepeated">Whether the server does not forbid to repeat the call (a negative pushback).</param>
    public static Judgement Judge(GrpcStatus status, bool hadItsChance, bool mayBeRepeated) => status switch
    {
        GrpcStatus.Unavailable => new(Passing(mayBeRepeated)),
        GrpcStatus.DeadlineExceeded => Deadline(hadItsChance, Passing(mayBeRepeated)),
        GrpcStatus.ResourceExhausted => new(Passing(mayBeRepeated), JudgementTraits.Throttled | JudgementTraits.RatioOnly),
        GrpcStatus.Internal or GrpcStatus.Unknown => new(AttemptVerdict.Failure),
        _ => new(AttemptVerdict.Success),
    };

    /// <summary>
    /// A deadline has passed, no matter which side noticed first. It is the service's own slowness only if the attempt ran as long
    /// as an attempt may. A caller that gives it little time is one of many: it counts in the ratio, but never as consecutive.
    /// </summary>
    public static Judgement Deadline(bool hadItsChance, AttemptVerdict verdict = AttemptVerdict.Transient) =>
        new(verdict, hadItsChance ? JudgementTraits.TimedOut : JudgementTraits.RatioOnly);

    private static AttemptVerdict Passing(bool mayBeRepeated) => mayBeRepeated ? AttemptVerdict.Transient : AttemptVerdict.Failure;
}
