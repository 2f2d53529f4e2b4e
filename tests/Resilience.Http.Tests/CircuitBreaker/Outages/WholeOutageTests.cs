namespace Resilience.Http.Tests.CircuitBreaker.Outages;

/// <summary>A service that is down as a whole: how soon calls succeed again once it is back, and what it is sent meanwhile.</summary>
public sealed class WholeOutageTests
{
    [Theory]
    [InlineData(2, 6)]
    [InlineData(6, 6)]
    [InlineData(15, 8)]
    [InlineData(60, 33)]
    public async Task Calls_succeed_again_soon_after_the_service_is_back(int seconds, int recovered)
    {
        foreach (var (callsPerSecond, seed) in new[] { (20, 1), (20, 2), (300, 3) })
        {
            var outage = await WholeOutage.PlayAsync(TimeSpan.FromSeconds(seconds), callsPerSecond, seed);

            Assert.True(outage.SecondsToRecover <= recovered, $"{callsPerSecond}/s, seed {seed}: {outage.SecondsToRecover} s");
            Assert.True(outage.SendsPerCall <= 1.2, $"{callsPerSecond}/s, seed {seed}: {outage.SendsPerCall:0.00} sends per call");
        }
    }
}
