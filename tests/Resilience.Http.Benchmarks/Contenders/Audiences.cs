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

    /// <summary>What a span and a duration cost at least.</summary>
    public static readonly Contender Minimal = HeardMinimal("bare, hand-written span and duration heard", static server => server);

    /// <summary>The same around a chain without telemetry, for what the chain's own may cost.</summary>
    public static readonly Contender MinimalAroundChain = HeardMinimal(
        "no span, no meter, hand-written ones heard", static server => Ours.Handler(server, WithoutSpan));

    /// <summary>A client of the factory with them.</summary>
    public static readonly Contender MinimalRegistered = Ours.FromFactory(
        "AddHttpClient, hand-written span and duration",
        static services => services.AddHttpClient(Ours.ServiceName)
            .AddHttpMessageHandler(static () => new MinimalTelemetryHandler(Meters)));

    public static readonly Contender[] All = [Minimal, .. Each(), MinimalAroundChain];

    public static readonly Contender Metrics = HeardBy("metrics heard", TelemetryListeners.Metrics, vary: null);

    public static readonly Contender SpansAndMetrics =
        HeardBy("spans and metrics heard", TelemetryListeners.Spans | TelemetryListeners.Metrics, vary: null);

    public static readonly Contender Unheard = HeardBy("telemetry unheard", TelemetryListeners.Nobody, vary: null);

    /// <summary>As <see cref="Clients.OursWithoutBudget"/>, for the case in which every call is retried.</summary>
    public static readonly Contender[] WithoutBudget = Each(static options => options.Retry.Budget.Enabled = false);

    private static Contender[] Each(Action<ResilientHttpClientOptions>? vary = null) =>
    [
        Ours.Created("no span, no meter", options =>
        {
            WithoutSpan(options);
            vary?.Invoke(options);
        }),
        HeardBy("telemetry unheard", TelemetryListeners.Nobody, vary),
        HeardBy("metrics heard", TelemetryListeners.Metrics, vary),
        HeardBy("spans heard", TelemetryListeners.Spans, vary),
        HeardBy("spans and metrics heard", TelemetryListeners.Spans | TelemetryListeners.Metrics, vary),
    ];

    private static Contender HeardBy(string name, TelemetryListeners audience, Action<ResilientHttpClientOptions>? vary) =>
        Ours.Created(name, vary, Meters) with { Audience = audience };

    private static Contender HeardMinimal(string name, Func<HttpMessageHandler, HttpMessageHandler> chain) =>
        new(name, server => new HttpClient(new MinimalTelemetryHandler(Meters) { InnerHandler = chain(server) }))
        {
            Audience = TelemetryListeners.Spans | TelemetryListeners.Metrics,
        };

    private static void WithoutSpan(ResilientHttpClientOptions options) => options.Tracing.Enabled = false;
}
