using System.Net;
using Resilience.Http.Outcomes;

namespace Resilience.Http.Tests.Outcomes;

public sealed class OutcomeTableStatusTests
{
    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(506)]
    [InlineData(507)]
    [InlineData(520)]
    [InlineData(599)]
    public void A_status_that_may_be_gone_in_a_moment_is_transient(int status) =>
        Assert.Equal(new Judgement(AttemptVerdict.Transient), Judge(status));

    [Fact]
    public void Too_many_requests_is_transient_and_throttled() =>
        Assert.Equal(new Judgement(AttemptVerdict.Transient, JudgementTraits.Throttled | JudgementTraits.RatioOnly), Judge(429));

    [Theory]
    [InlineData(501)]
    [InlineData(505)]
    public void A_server_that_cannot_do_it_has_answered(int status) => Assert.Equal(new Judgement(AttemptVerdict.Success), Judge(status));

    [Fact]
    public void Every_other_status_below_500_is_an_answer() =>
        Assert.All(
            Enumerable.Range(100, 400).Except([408, 429]),
            status => Assert.Equal(new Judgement(AttemptVerdict.Success), Judge(status)));

    [Fact]
    public void Every_other_status_from_500_on_is_transient() =>
        Assert.All(
            Enumerable.Range(500, 500).Except([501, 505]),
            status => Assert.Equal(new Judgement(AttemptVerdict.Transient), Judge(status)));

    private static Judgement Judge(int status)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        return OutcomeTable.Judge(response.StatusCode);
    }
}
