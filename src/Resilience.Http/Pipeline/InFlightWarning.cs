using Microsoft.Extensions.Logging;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Pipeline;

/// <summary>
/// Logs, at most once an hour for a service, that very many sends are in flight and nothing limits them. No number is right for every
/// service, so there is no limit until the user sets one.
/// </summary>
internal sealed partial class InFlightWarning
{
    public const int Threshold = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly ILogger _log;
    private readonly string _service;
    private readonly WarningThrottle _warnings;

    private InFlightWarning(ServiceState service)
    {
        _log = service.Host.CreateLogger(LimitRejections.Category);
        _service = service.Name;
        _warnings = new(service.Host.Clock, Interval);
    }

    /// <param name="service">The service that is called.</param>
    /// <param name="authority">The authority that the sends are for.</param>
    /// <param name="inFlight">How many are in flight.</param>
    public static void Check(ServiceState service, string authority, long inFlight)
    {
        if (inFlight >= Threshold)
        {
            service.GetOrCreate(static service => new InFlightWarning(service)).Log(authority, inFlight);
        }
    }

    private void Log(string authority, long inFlight)
    {
        if (_warnings.TryTake())
        {
            ManyInFlight(_log, ServiceText.Format(_service, authority), inFlight);
        }
    }

    [LoggerMessage(802, LogLevel.Warning,
        "{Service}: {InFlight} requests are in flight, and nothing limits them. If the service cannot serve that many at a time, set " +
        "ConcurrencyLimit:Enabled and ConcurrencyLimit:Limit for this client. Logged at most once an hour.")]
    private static partial void ManyInFlight(ILogger log, string service, long inFlight);
}
