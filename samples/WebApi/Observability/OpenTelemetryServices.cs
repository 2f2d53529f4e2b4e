using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace WebApi.Observability;

/// <summary>
/// Stands in for <c>services.AddOpenTelemetry()</c> of OpenTelemetry.Extensions.Hosting and has its shape: with that package
/// referenced, delete this file and everything else stays as it is.
/// </summary>
internal static class OpenTelemetryServices
{
    public static IOpenTelemetryBuilder AddOpenTelemetry(this IServiceCollection services)
    {
        // First, so that the providers listen before any other service starts.
        services.Insert(0, ServiceDescriptor.Singleton<IHostedService, TelemetryProviders>());
        return new Builder(services);
    }

    private sealed class Builder(IServiceCollection services) : IOpenTelemetryBuilder
    {
        public IServiceCollection Services { get; } = services;
    }

    private sealed class TelemetryProviders(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            // Providers begin to listen when they are made; the container disposes them, and so flushes them, at the end.
            _ = services.GetService<TracerProvider>();
            _ = services.GetService<MeterProvider>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
