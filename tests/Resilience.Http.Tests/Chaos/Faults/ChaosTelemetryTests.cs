using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resilience.Http.Chaos.Injection;
using Resilience.Http.Tests.Chaos.Registration;
using Resilience.Http.Tests.Tracing;

namespace Resilience.Http.Tests.Chaos.Faults;

public sealed class ChaosTelemetryTests
{
    private const string SlowAndFailing =
        """{ "Latency": { "Min": "1s", "Percentage": 100 }, "Abort": { "StatusCode": 503, "Percentage": 100 } }""";

    [Fact]
    public async Task Every_injected_fault_is_counted_by_client_and_kind()
    {
        using var app = await new ChaosFixture(ChaosFixture.On(SlowAndFailing)).StartAsync();
        using var metrics = new RecordedMetrics(app.Services.GetRequiredService<IMeterFactory>());

        await app.IsStruckAsync();

        var counted = metrics.Of("resilience.http.chaos.injected");
        Assert.Equal(["latency", "abort"], counted.Select(measured => measured.Tags["resilience.chaos.fault"]));
        Assert.All(counted, measured =>
        {
            Assert.Equal(1, measured.Value);
            Assert.Equal("{fault}", measured.Unit);
            Assert.Equal("payments", measured.Tags["resilience.service.name"]);
            Assert.Equal(false, measured.Tags["resilience.chaos.dry_run"]);
        });
    }

    [Fact]
    public async Task A_dry_run_counts_what_it_would_have_injected()
    {
        using var app = await new ChaosFixture(ChaosFixture.On(SlowAndFailing, "\"DryRun\": true")).StartAsync();
        using var metrics = new RecordedMetrics(app.Services.GetRequiredService<IMeterFactory>());

        Assert.False(await app.IsStruckAsync());

        var counted = metrics.Of("resilience.http.chaos.injected");
        Assert.Equal(["latency", "abort"], counted.Select(measured => measured.Tags["resilience.chaos.fault"]));
        Assert.All(counted, measured => Assert.Equal(true, measured.Tags["resilience.chaos.dry_run"]));
    }

    [Fact]
    public async Task An_injected_fault_is_an_event_on_the_span_of_the_call()
    {
        using var spans = new RecordedSpans("payments-traced");
        using var app = await new ChaosFixture(
            """{ "ResilientHttpChaos": { "Enabled": true } }""",
            register: services =>
            {
                services.AddHttpClient("payments-traced", static client => client.BaseAddress = new Uri("http://payments.test/"))
                    .AddResilience(static options => options.Retry.MaxRetries = 0)
                    .AddChaos(
                        static faults => faults.Abort = new() { StatusCode = System.Net.HttpStatusCode.BadGateway, Percentage = 100 });
                services.UseScriptedServer("payments-traced", static script => script.Always(200));
            }).StartAsync();
        using var client = app.Client("payments-traced");

        using var response = await app.Clock.RunAsync(() => client.GetAsync("charges"));

        var injected = Assert.Single(spans.Single.Events, happened => happened.Name == "resilience.chaos.injected");
        Assert.Equal("abort", injected.Tags.Single(tag => tag.Key == "resilience.chaos.fault").Value);
        Assert.Equal("payments-traced", injected.Tags.Single(tag => tag.Key == "resilience.service.name").Value);
        Assert.Equal(app.Clock.Start, injected.Timestamp);
    }

    [Fact]
    public async Task A_fault_is_logged_without_the_query()
    {
        using var app = await new ChaosFixture(ChaosFixture.On()).StartAsync();
        using var client = app.Client();

        await Assert.ThrowsAsync<HttpRequestException>(() => app.Clock.RunAsync(() => client.GetAsync("charges?card=4111")));

        Assert.Equal(["payments: injected abort into GET /charges (reset)."], app.Logs.Named("FaultInjected"));
    }

    [Fact]
    public void Every_kind_of_fault_has_a_text_of_its_own()
    {
        var texts = Enum.GetValues<InjectedFault>().Select(fault => fault.Text()).ToList();

        Assert.Equal(texts.Count, texts.Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((InjectedFault)99).Text());
    }

    [Fact]
    public async Task A_single_call_logs_nothing_at_information_or_above()
    {
        using var app = await new ChaosFixture(ChaosFixture.On(SlowAndFailing)).StartAsync();
        var before = app.Logs.All.Count;

        await app.IsStruckAsync();

        var ours = app.Logs.All.Skip(before)
            .Where(static line => line.Category.StartsWith("Resilience.Http", StringComparison.Ordinal))
            .ToList();
        Assert.Equal(2, ours.Count); // of the latency and of the failure
        Assert.All(ours, static line => Assert.InRange(line.Level, LogLevel.Trace, LogLevel.Debug));
    }
}
