using System.Globalization;
using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Chain;

/// <summary>Warns once for a service if its client repeats calls in two layers.</summary>
internal sealed partial class SecondLayerTelemetry(ServiceState service)
{
    public const string Category = "Resilience.Http.Chain";

    private readonly ILogger _log = service.Host.CreateLogger(Category);
    private bool _isReported;

    /// <summary>Looks through the handlers of a client of the service.</summary>
    /// <param name="service">The service.</param>
    /// <param name="handlers">Those that were added to the client.</param>
    /// <param name="primary">The one behind them, or the outermost of several.</param>
    public static void Look(ServiceState service, IList<DelegatingHandler> handlers, HttpMessageHandler? primary)
    {
        if (service.Options is { Enabled: true, Retry: { Enabled: true, MaxRetries: > 0 and var retries } }
            && (SecondLayer.In(handlers) ?? SecondLayer.In(primary)) is { } layer)
        {
            service.GetOrCreate(static service => new SecondLayerTelemetry(service)).Report(layer, retries + 1);
        }
    }

    private void Report(SecondLayer layer, int attempts)
    {
        if (!Interlocked.Exchange(ref _isReported, true))
        {
            var sends = Sends(attempts, layer);
            ClientHasSecondLayer(_log, DiagnosticIds.SecondLayer, ServiceText.Format(service.Name), layer.Name, sends, layer.WayOut);
        }
    }

    private static string Sends(int attempts, SecondLayer layer) => layer.Attempts is { } theirs
        ? string.Create(
            CultureInfo.InvariantCulture, $"{attempts * theirs} times ({attempts} attempts here for each of {theirs} there, its default)")
        : string.Create(CultureInfo.InvariantCulture, $"{attempts} times for each attempt there");

    [LoggerMessage(701, LogLevel.Warning,
        "{Id}: the client of {Service} also has {Layer}. If both repeat a call, it is sent up to {Sends}. Keep one of them: {WayOut}, " +
        "or set Retry:Enabled to false for this client. See docs/analyzers.md.")]
    private static partial void ClientHasSecondLayer(ILogger log, string id, string service, string layer, string sends, string wayOut);
}
