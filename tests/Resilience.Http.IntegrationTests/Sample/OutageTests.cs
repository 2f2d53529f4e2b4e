using System.Net;
using OutageDemo.Downstreams;

namespace Resilience.Http.IntegrationTests.Sample;

/// <summary>What those who run the sample see of an outage of inventory.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Metrics_and_readiness_show_the_open_circuit_and_liveness_is_not_affected()
    {
        await using var app = SampleApp.Start(
            ("ResilientHttpClients:Clients:inventory:Retry:Enabled", "false"),
            ("ResilientHttpClients:Clients:inventory:CircuitBreaker:RecoveryTimeout", "60s"));
        var authority = $"http://127.0.0.1:{app.Downstreams.Find("inventory")!.Address.Port}";
        await app.SwitchAsync("inventory", Fault.Down);
        for (var call = 1; call <= 6; call++)
        {
            using var response = await app.Api.GetAsync("orders/1");
        }

        var states = await SeriesAsync(app, "circuit_breaker_state", authority);
        Assert.Equal(4, states.Count);
        Assert.EndsWith(
            " 1",
            Assert.Single(states, series => series.Contains("resilience_circuit_state=\"open\"", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Assert.EndsWith(" 5", Assert.Single(await SeriesAsync(app, "circuit_breaker_failures_total", authority)), StringComparison.Ordinal);
        Assert.EndsWith(
            " 1", Assert.Single(await SeriesAsync(app, "circuit_breaker_rejections_total", authority)), StringComparison.Ordinal);

        var (ready, report) = await app.Api.GetJsonAsync("health/ready");
        Assert.Equal((HttpStatusCode.OK, "degraded"), (ready, report.Text("status")));
        Assert.Contains($"inventory ({authority}) has been open since ", report.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("healthy", (await app.Api.GetJsonAsync("health/live")).Body.Text("status"));
    }

    private static async Task<IReadOnlyList<string>> SeriesAsync(SampleApp app, string name, string authority)
    {
        var text = await app.Api.GetStringAsync("metrics");
        return [
            .. text
                .Split('\n')
                .Where(line =>
                    line.StartsWith($"{name}{{", StringComparison.Ordinal) && line.Contains($"\"{authority}\"", StringComparison.Ordinal))
        ];
    }
}
