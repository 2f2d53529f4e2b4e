namespace Resilience.Http.IntegrationTests.Sample;

/// <summary>
/// The demo as users run it, once as it is and once without its circuit breaker: each takes its 25 seconds, at the same time.
/// </summary>
public sealed class DemoTests(DemoTests.Runs runs) : IClassFixture<DemoTests.Runs>
{
    [Fact]
    public async Task The_circuit_opens_refuses_tries_and_closes_and_the_sums_agree()
    {
        var demo = await runs.WithBreaker;

        Assert.True(demo.ExitCode == 0, demo.Output + demo.Errors);
        Assert.Empty(demo.Errors);
        Assert.Matches("closed -> OPEN: [0-9]+ consecutive failures, last 503 ServiceUnavailable", demo.Output);
        Assert.Contains("half-open -> closed", demo.Output, StringComparison.Ordinal);
        Assert.Contains(
            "The circuit opened, refused, tried and closed again. While payments was slow, the limit kept its requests few. " +
            "No order was lost, none was charged twice, and the sums agree.",
            demo.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_circuit_breaker_the_demo_fails_and_says_why()
    {
        var demo = await runs.WithoutBreaker;

        Assert.True(demo.ExitCode == 1, demo.Output + demo.Errors);
        Assert.Contains(
            "FAILED: Payments has no circuit: its circuit breaker is disabled " +
            "(ResilientHttpClients:Clients:payments:CircuitBreaker:Enabled).",
            demo.Output,
            StringComparison.Ordinal);
        Assert.DoesNotContain("FAILED: The API sent", demo.Output, StringComparison.Ordinal);
    }

    public sealed class Runs
    {
        internal Task<SampleProcess> WithBreaker { get; } = SampleProcess.RunAsync(["--demo", "--port", "0"]);

        internal Task<SampleProcess> WithoutBreaker { get; } = SampleProcess.RunAsync(
            ["--demo", "--port", "0"], ("ResilientHttpClients__Clients__payments__CircuitBreaker__Enabled", "false"));
    }
}
