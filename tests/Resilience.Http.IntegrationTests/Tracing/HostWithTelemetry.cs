using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Resilience.Http.IntegrationTests.Support;

namespace Resilience.Http.IntegrationTests.Tracing;

/// <summary>A host with one resilient client and an OpenTelemetry SDK of its own, whose exporters keep what they get.</summary>
internal sealed class HostWithTelemetry : IDisposable
{
    public const string Client = "payments";

    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly KeptMetrics _metrics = new();
    private readonly IHost _host;

    private HostWithTelemetry(Uri service, Instrumentation instrumentation)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddResilientHttpClient(Client, options =>
        {
            options.BaseAddress = service;
            options.Retry.MaxRetries = 1;
            options.Retry.BaseDelay = TimeSpan.Zero;
            options.CircuitBreaker.FailureThreshold = 2;
        });
        builder.Services.AddHealthChecks().AddResilientHttpClients();
        if (instrumentation == Instrumentation.OfServicesBefore)
        {
            builder.Services.AddResilienceHttpTelemetry();
        }

        var telemetry = builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddProcessor(new KeptSpans(_spans)))
            .WithMetrics(metrics => metrics.AddReader(new BaseExportingMetricReader(_metrics)));
        if (instrumentation == Instrumentation.OfProviders)
        {
            telemetry
                .WithTracing(tracing => tracing.AddResilienceHttpInstrumentation())
                .WithMetrics(metrics => metrics.AddResilienceHttpInstrumentation());
        }

        if (instrumentation == Instrumentation.OfServicesAfter)
        {
            builder.Services.AddResilienceHttpTelemetry();
        }

        builder.Services.KeepToOwnMeters();
        _host = builder.Build();
    }

    public ICircuitRegistry Circuits => _host.Services.GetRequiredService<ICircuitRegistry>();

    public CircuitSnapshot Circuit => Circuits.Find(Client)!;

    public static async Task<HostWithTelemetry> StartAsync(Uri service, Instrumentation instrumentation = Instrumentation.OfProviders)
    {
        var host = new HostWithTelemetry(service, instrumentation);
        await host._host.StartAsync();
        return host;
    }

    /// <summary>Calls so many times, once each; returns of each call the state of the circuit that refused it, or null.</summary>
    public async Task<IReadOnlyList<CircuitState?>> GetAsync(int calls)
    {
        var refusals = new List<CircuitState?>();
        for (var i = 0; i < calls; i++)
        {
            refusals.Add(await SendAsync(new HttpRequestMessage(HttpMethod.Get, "things").NoRetry()));
        }

        return refusals;
    }

    public async Task<CircuitState?> SendAsync(HttpRequestMessage request)
    {
        try
        {
            using var client = _host.Services.GetRequiredService<IHttpClientFactory>().CreateClient(Client);
            using var response = await client.SendAsync(request);
            return null;
        }
        catch (CircuitOpenException refusal)
        {
            return refusal.State;
        }
    }

    /// <summary>What the exporter of this host's meter provider was given for an instrument, all series together.</summary>
    public long Count(string instrument) => Exported().Where(point => point.Instrument == instrument).Sum(point => point.Count);

    /// <summary>The circuit's state as this host's metrics have it.</summary>
    public string? StateInMetrics() => Exported()
        .Single(point => point is { Instrument: "circuit_breaker.state", Count: 1 }).Tags["resilience.circuit.state"] as string;

    public async Task<HealthStatus> HealthAsync() =>
        (await _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status;

    /// <summary>Of a trace with one call in it: the resend counts of its attempts, in order.</summary>
    public object?[] ResendsIn(ActivityTraceId trace)
    {
        var spans = _spans.Where(span => span.TraceId == trace).ToArray();
        var call = Assert.Single(spans, span => span.Source.Name == "Resilience.Http");
        var attempts = spans.Where(span => span != call).OrderBy(span => span.StartTimeUtc).ToArray();
        Assert.All(attempts, attempt => Assert.Equal(call.SpanId, attempt.ParentSpanId));
        return [.. attempts.Select(attempt => attempt.GetTagItem("http.request.resend_count"))];
    }

    public void Dispose() => _host.Dispose();

    private List<KeptMetrics.Point> Exported()
    {
        Assert.True(_host.Services.GetRequiredService<MeterProvider>().ForceFlush());
        return _metrics.Points;
    }

    private sealed class KeptSpans(ConcurrentQueue<Activity> spans) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data) => spans.Enqueue(data);
    }

    /// <summary>The points of the last export, which is made when the provider is flushed.</summary>
    [ExportModes(ExportModes.Push)]
    private sealed class KeptMetrics : BaseExporter<Metric>
    {
        public List<Point> Points { get; private set; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            var points = new List<Point>();
            foreach (var metric in batch)
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    var tags = new Dictionary<string, object?>();
                    foreach (var (name, value) in point.Tags)
                    {
                        tags[name] = value;
                    }

                    points.Add(new(metric.Name, tags, CountOf(metric, point)));
                }
            }

            Points = points;
            return ExportResult.Success;
        }

        private static long CountOf(Metric metric, in MetricPoint point) => metric.MetricType switch
        {
            MetricType.Histogram => point.GetHistogramCount(),
            MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
            _ => 0, // the gauge of the retry budgets, which counts nothing
        };

        internal sealed record Point(string Instrument, IReadOnlyDictionary<string, object?> Tags, long Count);
    }
}
