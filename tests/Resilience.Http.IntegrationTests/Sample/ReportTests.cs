using System.Diagnostics;

namespace Resilience.Http.IntegrationTests.Sample;

public sealed class ReportTests
{
    [Fact]
    public async Task A_report_that_streams_longer_than_the_total_timeout_arrives_whole()
    {
        await using var app = SampleApp.Start(("ResilientHttpClients:Clients:inventory:TotalTimeout", "2s"));
        var began = Stopwatch.GetTimestamp();

        var report = await app.Api.GetStringAsync("reports/stock");

        Assert.Equal(32, report.Count(letter => letter == '\n'));
        Assert.EndsWith("article-32,96\n", report, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(2));
    }
}
