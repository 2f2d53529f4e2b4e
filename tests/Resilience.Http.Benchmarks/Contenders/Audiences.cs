using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>
/// Our chain without telemetry, then with all of it and an audience that grows: what it costs to have it, and to be heard.
/// </summary>
internal static class Audiences
{
    private static readonly IMeterFactory Meters = new ServiceCollection()
        .AddMetrics()
        .BuildServiceProvider()
        .GetRequiredService<IMeterFactory>();

    public static readonly Contender[] All = Each();

    public static readonly Contender Metrics = HeardBy("metrics heard", TelemetryListeners.Metrics, vary: null);

    public static readonly Contender SpansAndMetrics =
        HeardBy("spans and metrics heard", TelemetryListeners.Spans | TelemetryListeners.Metrics, vary: null);

    /// <summary>As <see cref="Clients.OursWithoutBudget"/>, for the case in which every call is retried.</summary>
    public static readonly Contender[] WithoutBudget = Each(static options => options.Retry.Budget.Enabled = false);

    private static Contender[] Each(Action<ResilientHttpClientOptions>? vary = null) =>
    [
        Ours.Created("no span, no meter", options =>
        {
            options.Tracing.Enabled = false;
            vary?.Invoke(options);
        }),
        HeardBy("telemetry unheard", TelemetryListeners.Nobody, vary),
        HeardBy("metrics heard", TelemetryListeners.Metrics, vary),
        HeardBy("spans heard", TelemetryListeners.Spans, vary),
        HeardBy("spans and metrics heard", TelemetryListeners.Spans | TelemetryListeners.Metrics, vary),
    ];

    private static Contender HeardBy(string name, TelemetryListeners audience, Action<ResilientHttpClientOptions>? vary) =>
        Ours.Created(name, vary, Meters) with { Audience = audience };
}
