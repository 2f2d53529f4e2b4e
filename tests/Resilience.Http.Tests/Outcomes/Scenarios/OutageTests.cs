namespace Resilience.Http.Tests.Outcomes.Scenarios;

/// <summary>The whole service is down for a while.</summary>
public sealed class OutageTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(2, 20, 6)]
    [InlineData(2, 300, 6)]
    [InlineData(6, 20, 6)]
    [InlineData(6, 300, 6)]
    [InlineData(15, 20, 8)]
    [InlineData(15, 300, 8)]
    [InlineData(60, 20, 33)]
    [InlineData(60, 300, 33)]
    public void Calls_succeed_again_soon_after_the_service_is_well(int down, double rate, int goal) =>
        Goals.RecoversWithin(goal, Scenario.Onset + down, Scenario.AllDown(down, rate), output);

    [Theory]
    [InlineData(2, 20)]
    [InlineData(2, 300)]
    [InlineData(6, 20)]
    [InlineData(6, 300)]
    [InlineData(15, 20)]
    [InlineData(15, 300)]
    [InlineData(60, 20)]
    [InlineData(60, 300)]
    public void An_outage_does_not_lead_to_more_sends(int down, double rate) =>
        Goals.WorstSecondIsAtMost(1.2, Scenario.AllDown(down, rate), output);
}
