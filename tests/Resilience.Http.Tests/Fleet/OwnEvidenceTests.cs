using Resilience.Http.Fleet.Rules;

namespace Resilience.Http.Tests.Fleet;

/// <summary>When a replica's own results beat the votes of others.</summary>
public sealed class OwnEvidenceTests
{
    private const int MinimumThroughput = 20;

    [Theory]
    [InlineData(4, 0, false)]
    [InlineData(5, 0, true)]
    [InlineData(5, 1, false)]
    [InlineData(18, 1, false)]
    [InlineData(19, 1, true)]
    [InlineData(11, 9, true)]
    [InlineData(10, 10, false)]
    [InlineData(9, 11, false)]
    [InlineData(0, 0, false)]
    [InlineData(0, 30, false)]
    public void Many_results_that_mostly_succeeded_or_five_that_all_did(int good, int bad, bool well)
    {
        var evidence = new OwnEvidence();
        evidence.Add(TimeSpan.Zero, new(good, bad));

        Assert.Equal(well, evidence.ShowsWell(MinimumThroughput));
    }

    [Fact]
    public void Results_of_several_exchanges_add_up()
    {
        var evidence = new OwnEvidence();
        evidence.Add(TimeSpan.Zero, new(3, 0));
        evidence.Add(TimeSpan.FromSeconds(1), new(2, 0));
        Assert.True(evidence.ShowsWell(MinimumThroughput));
        evidence.Add(TimeSpan.FromSeconds(2), new(0, 1));

        Assert.False(evidence.ShowsWell(MinimumThroughput));
    }

    [Fact]
    public void Results_older_than_ten_seconds_count_for_nothing()
    {
        var evidence = new OwnEvidence();
        evidence.Add(TimeSpan.Zero, new(0, 1));
        evidence.Add(TimeSpan.FromSeconds(1), new(5, 0));
        evidence.Add(TimeSpan.FromSeconds(10), default);
        Assert.Equal((5, 1), (evidence.Good, evidence.Bad));
        evidence.Add(TimeSpan.FromSeconds(10.1), default);
        Assert.Equal((5, 0), (evidence.Good, evidence.Bad));
        evidence.Add(TimeSpan.FromSeconds(11.1), default);

        Assert.Equal((0, 0), (evidence.Good, evidence.Bad));
    }

    [Fact]
    public void Nothing_is_left_after_the_last_vote_has_gone()
    {
        var evidence = new OwnEvidence();
        evidence.Add(TimeSpan.Zero, new(5, 1));
        evidence.Clear();
        Assert.Equal((0, 0), (evidence.Good, evidence.Bad));
        evidence.Add(TimeSpan.FromSeconds(20), default);

        Assert.Equal((0, 0), (evidence.Good, evidence.Bad));
    }
}
