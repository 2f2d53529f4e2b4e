using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Resilience.Http.Tests.House;

/// <summary>The snippets of README.md, compiled and tried.</summary>
public sealed class ReadmeDocs
{
    [Fact]
    public async Task The_settings_of_the_readme_are_valid_and_reach_the_client()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddJsonFile(Checkout.PathOf("tests/Resilience.Http.Tests/House/readme.appsettings.json"));

        #region register
        builder.Services.AddResilientHttpClient<PaymentsClient>("payments");
        #endregion

        using var host = builder.Build();
        await host.StartAsync(CancellationToken.None);
        var options = host.Services.GetRequiredService<IOptionsMonitor<ResilientHttpClientOptions>>().Get("payments");
        Assert.Equal((TimeSpan.FromSeconds(10), 5), (options.TotalTimeout, options.CircuitBreaker.FailureThreshold));
        Assert.Equal(new Uri("https://payments.internal/"), host.Services.GetRequiredService<PaymentsClient>().Http.BaseAddress);
        await host.StopAsync(CancellationToken.None);
    }

    [Fact]
    public void The_telemetry_of_the_readme_registers_both_instrumentations()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);

        #region telemetry
        builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddResilienceHttpInstrumentation())
            .WithMetrics(metrics => metrics.AddResilienceHttpInstrumentation());
        #endregion

        var kept = new Kept();
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(kept));
        builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddReader(new BaseExportingMetricReader(kept.Metrics)));
        using var host = builder.Build();
        _ = host.Services.GetRequiredService<TracerProvider>();
        var meters = host.Services.GetRequiredService<MeterProvider>();
        var name = $"readme.{Guid.NewGuid():N}"; // the sources and meters of the whole process are heard
        using var source = new ActivitySource("Resilience.Http");
        using var meter = new Meter("Resilience.Http");

        source.StartActivity(name)?.Dispose();
        meter.CreateCounter<int>(name).Add(1);
        meters.ForceFlush();

        Assert.Contains(name, kept.Spans);
        Assert.Contains(name, kept.Metrics.Names);
    }

    /// <summary>Keeps the names of what the providers collect.</summary>
    private sealed class Kept : BaseProcessor<Activity>
    {
        public ConcurrentQueue<string> Spans { get; } = [];

        public KeptMetrics Metrics { get; } = new();

        public override void OnEnd(Activity span) => Spans.Enqueue(span.OperationName);
    }

    private sealed class KeptMetrics : BaseExporter<Metric>
    {
        public ConcurrentQueue<string> Names { get; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                Names.Enqueue(metric.Name);
            }

            return ExportResult.Success;
        }
    }

    private sealed class PaymentsClient(HttpClient http)
    {
        public HttpClient Http { get; } = http;
    }
}

/// <summary>Has the shape of OpenTelemetry.Extensions.Hosting's AddOpenTelemetry(), so that the snippet compiles without that package.</summary>
file static class OpenTelemetryShape
{
    public static IOpenTelemetryBuilder AddOpenTelemetry(this IServiceCollection services) => new Builder(services);

    private sealed class Builder(IServiceCollection services) : IOpenTelemetryBuilder
    {
        public IServiceCollection Services { get; } = services;
    }
}
