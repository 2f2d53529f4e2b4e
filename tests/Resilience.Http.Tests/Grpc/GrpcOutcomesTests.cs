using Resilience.Http.Grpc;
using Resilience.Http.Outcomes;

namespace Resilience.Http.Tests.Grpc;

public sealed class GrpcOutcomesTests
{
    [Theory]
    [InlineData(0, AttemptVerdict.Success)]
    [InlineData(1, AttemptVerdict.Success)]
    [InlineData(2, AttemptVerdict.Failure)]
    [InlineData(3, AttemptVerdict.Success)]
    [InlineData(4, AttemptVerdict.Transient)]
    [InlineData(5, AttemptVerdict.Success)]
    [InlineData(6, AttemptVerdict.Success)]
    [InlineData(7, AttemptVerdict.Success)]
    [InlineData(8, AttemptVerdict.Transient)]
    [InlineData(9, AttemptVerdict.Success)]
    [InlineData(10, AttemptVerdict.Success)]
    [InlineData(11, AttemptVerdict.Success)]
    [InlineData(12, AttemptVerdict.Success)]
    [InlineData(13, AttemptVerdict.Failure)]
    [InlineData(14, AttemptVerdict.Transient)]
    [InlineData(15, AttemptVerdict.Success)]
    [InlineData(16, AttemptVerdict.Success)]
    public void Each_status_has_its_verdict(int status, AttemptVerdict verdict) =>
        Assert.Equal(verdict, GrpcOutcomes.Judge((GrpcStatus)status, hadItsChance: false, mayBeRepeated: true).Verdict);

    [Fact]
    public void An_exhausted_resource_is_throttling() =>
        Assert.True(
            GrpcOutcomes.Judge(GrpcStatus.ResourceExhausted, hadItsChance: true, mayBeRepeated: true).Is(JudgementTraits.Throttled));

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void A_deadline_is_a_timeout_of_the_service_only_if_the_attempt_had_its_time(bool hadItsChance, bool timedOut)
    {
        var judgement = GrpcOutcomes.Judge(GrpcStatus.DeadlineExceeded, hadItsChance, mayBeRepeated: true);

        Assert.Equal(timedOut, judgement.Is(JudgementTraits.TimedOut));
        Assert.Equal(timedOut, CountsInTheRow(judgement));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(14)]
    public void A_server_that_forbids_a_retry_has_failed_without_one(int status) =>
        Assert.Equal(AttemptVerdict.Failure, GrpcOutcomes.Judge((GrpcStatus)status, hadItsChance: true, mayBeRepeated: false).Verdict);

    private static bool CountsInTheRow(Judgement judgement) => !judgement.Is(JudgementTraits.RatioOnly);
}
