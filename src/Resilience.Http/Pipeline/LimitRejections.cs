using Microsoft.Extensions.Logging;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Pipeline;

/// <summary>
/// What the limits of one service rejected: counted, noted in the span of the call, and logged, at most once a minute for all of them.
/// </summary>
internal sealed partial class LimitRejections
{
    public const string Category = "Resilience.Http.Limits";

    private static readonly TimeSpan WarningInterval = TimeSpan.FromMinutes(1);

    private readonly ILogger _log;
    private readonly string _service;
    private readonly LimitMetrics _metrics;
    private readonly WarningThrottle _warnings;
    private volatile LimitRejection? _last;
    private long _sinceLastWarning;

    private LimitRejections(ServiceState service)
    {
        _log = service.Host.CreateLogger(Category);
        _service = service.Name;
        _warnings = new(service.Host.Clock, WarningInterval);
        _metrics = LimitMetrics.GetOrCreate(service.Host);
    }

    public static LimitRejections GetOrCreate(ServiceState service) =>
        service.GetOrCreate(static service => new LimitRejections(service));

    /// <summary>The last rejection, for those who look at the service.</summary>
    public LimitRejection? Last => _last;

    /// <summary>Reports a rejection and ends the attempt with it.</summary>
    /// <param name="request">The request that was not sent.</param>
    /// <param name="attempt">The attempt that ends.</param>
    /// <param name="rejection">Why.</param>
    /// <param name="authorityTag">The authority as metrics name it, out of a bounded set.</param>
    /// <param name="how">How the rejection reaches the caller.</param>
    public Task<HttpResponseMessage> Reject(
        HttpRequestMessage request, AttemptContext attempt, LimitRejection rejection, string authorityTag, HttpRejection how)
    {
        _last = rejection;
        _metrics.Count(_service, authorityTag, rejection.Limit);

        if (attempt.Call.Span is { IsAllDataRequested: true } span)
        {
            span.AddEvent(new(TelemetryNames.LimitEvent, attempt.Call.Clock.GetUtcNow(), new()
            {
                [TelemetryTags.Authority] = rejection.Authority,
                [TelemetryTags.Limit] = rejection.Limit.Text(),
            }));
        }

        Interlocked.Increment(ref _sinceLastWarning);
        if (_log.IsEnabled(LogLevel.Warning) && _warnings.TryTake())
        {
            RequestsRejected(_log, rejection.Message, Interlocked.Exchange(ref _sinceLastWarning, 0));
        }

        return attempt.Reject(request, rejection, how);
    }

    [LoggerMessage(801, LogLevel.Warning,
        "{Rejection}. Requests rejected by limits of this client since the last warning: {Count}. Warnings come at most once a minute.")]
    private static partial void RequestsRejected(ILogger log, string rejection, long count);
}
