using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Resilience.Http.AspNetCore;
using Resilience.Http.Chaos.Injection;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Fallback;
using Resilience.Http.Hedging;
using Resilience.Http.Retry;
using Resilience.Http.Telemetry;
using Resilience.Http.Tests.House;
using Resilience.Http.Tests.Registration;
using Resilience.Http.Timeouts;
using Resilience.Http.Tracing;

namespace Resilience.Http.Tests.Telemetry;

/// <summary>docs/observability.md lists every name under which the library is seen, and no instrument that there is not.</summary>
public sealed partial class DocumentedNamesTests
{
    private static readonly string Page = File.ReadAllText(Checkout.PathOf("docs/observability.md"));

    public static TheoryData<string> Names =>
        [.. Constants(typeof(TelemetryNames)), .. Constants(typeof(TelemetryTags)), ChaosTelemetry.Injected, ChaosTelemetry.InjectedEvent];

    /// <summary>Every value of every enum, and of the two sets of constants, that becomes a tag; with the page that explains it.</summary>
    public static TheoryData<string, string> Values => new(
    [
        .. Texts<CallOutcome>(CallOutcomeText.Text, "observability.md"),
        .. Texts<CircuitState>(CircuitStateText.Text, "observability.md"),
        .. Texts<TimeoutScope>(TimeoutText.Text, "observability.md"),
        .. Texts<FallbackCause>(FallbackCauseText.Text, "observability.md"),
        .. Texts<RetryStopReason>(RetryStopReasonText.Text, "retry.md"),
        .. Texts<HedgeSuppression>(HedgeSuppressionText.Text, "hedging.md"),
        .. Texts<HedgeOutcome>(HedgeOutcomeText.Text, "observability.md"),
        .. Constants(typeof(FallbackKind)).Except([FallbackKind.Header]).Select(static kind => (kind, "observability.md")),
    ]);

    [Theory, MemberData(nameof(Names))]
    public void Every_name_is_listed(string name) => Assert.Contains($"`{name}`", Page, StringComparison.Ordinal);

    [Theory, MemberData(nameof(Values))]
    public void Every_value_of_a_tag_is_listed(string value, string page) =>
        Assert.Contains($"`{value}`", File.ReadAllText(Checkout.PathOf($"docs/{page}")), StringComparison.Ordinal);

    [Fact]
    public void Every_kind_of_injected_fault_is_listed_and_its_tags()
    {
        var page = File.ReadAllText(Checkout.PathOf("docs/chaos.md"));

        Assert.All(Enum.GetValues<InjectedFault>(), fault => Assert.Contains(fault.Text(), page, StringComparison.Ordinal));
        Assert.All([ChaosTelemetry.Fault, ChaosTelemetry.DryRun], tag => Assert.Contains($"`{tag}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_listed_instruments_are_the_existing_ones_each_in_its_unit()
    {
        var published = new ConcurrentDictionary<string, string>();
        using var app = TestApp.With("{}", services =>
        {
            services.AddResilientHttpClient("payments", UseAllFeatures).AddChaos();
            services.UseScriptedServer("payments", script => script.Always(200));
        });
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == TelemetryNames.Source
                    && instrument.Meter.Scope == app.Services.GetRequiredService<IMeterFactory>())
                {
                    published[instrument.Name] = instrument.Unit!;
                }
            },
        };
        listener.Start();

        await app.StartAsync();
        _ = new DeadlineMetrics(app.Services.GetRequiredService<IMeterFactory>()); // that of the middleware
        using var response = await app.Client("payments").GetAsync(new Uri("https://payments.internal/"), CancellationToken.None);

        Assert.Equal(InstrumentRows().Select(row => row.Groups["name"].Value).Order(), published.Keys.Order());
        Assert.All(
            InstrumentRows(),
            row => Assert.Contains(published[row.Groups["name"].Value], row.Groups["kind"].Value, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("observability/alerts.yml")]
    [InlineData("observability/alerts.test.yml")]
    [InlineData("observability/grafana-dashboard.json")]
    public void Rules_and_dashboard_query_only_existing_series(string file)
    {
        var known = InstrumentRows().Select(row => row.Groups["series"].Value).ToHashSet(StringComparer.Ordinal);

        var asked = Series()
            .Matches(File.ReadAllText(Checkout.PathOf(file)))
            .Select(match => HistogramSuffix().Replace(match.Value, ""))
            .Distinct()
            .ToArray();

        Assert.NotEmpty(asked);
        Assert.All(asked, series => Assert.Contains(series, known));
    }

    /// <summary>A label that there is not selects nothing, or with != everything, without a word.</summary>
    [Theory]
    [InlineData("observability/alerts.yml")]
    [InlineData("observability/alerts.test.yml")]
    [InlineData("observability/grafana-dashboard.json")]
    public void Rules_and_dashboard_query_only_existing_labels(string file)
    {
        var known = Constants(typeof(TelemetryTags)).Select(static tag => tag.Replace('.', '_')).ToHashSet(StringComparer.Ordinal);

        var asked = Labels().Matches(File.ReadAllText(Checkout.PathOf(file))).Select(static match => match.Value).Distinct().ToArray();

        Assert.NotEmpty(asked);
        Assert.All(asked, label => Assert.Contains(label, known));
    }

    private static MatchCollection InstrumentRows() =>
        InstrumentRow().Matches(Page[Page.IndexOf("## Metrics", StringComparison.Ordinal)..]);

    private static IEnumerable<string> Constants(Type type) => type
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(static field => field.IsLiteral)
        .Select(static field => (string)field.GetRawConstantValue()!);

    private static IEnumerable<(string, string)> Texts<TEnum>(Func<TEnum, string> text, string page) where TEnum : struct, Enum =>
        Enum.GetValues<TEnum>().Select(value => (text(value), page));

    [GeneratedRegex(
        @"^\| `(?<name>(resilience\.http|circuit_breaker)\.[a-z_.]+)` \| (?<kind>[^|]+)\|.*\| `(?<series>[a-z_]+)` \|$",
        RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();

    [GeneratedRegex(@"\b(resilience_http|circuit_breaker)_[a-z_]+")]
    private static partial Regex Series();

    [GeneratedRegex(@"\bresilience_(?!http_)[a-z_]+")]
    private static partial Regex Labels();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramSuffix();

    /// <summary>The instruments of a feature are there from its first call on.</summary>
    private static void UseAllFeatures(ResilientHttpClientOptions options)
    {
        options.Hedging.Enabled = true;
        options.ConcurrencyLimit.Enabled = true;
        options.RateLimit = new() { Enabled = true, Permits = 100 };
        options.Endpoints.Addresses = [new(new Uri("https://payments.internal"))];
        options.Fallback.StatusCode = HttpStatusCode.OK;
    }
}
