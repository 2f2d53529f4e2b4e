using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;
using Resilience.Http.Telemetry;

namespace Resilience.Http.RateLimiting.ServerQuota;

/// <summary>What is logged of the quotas that the servers of one service share out.</summary>
internal sealed partial class ServerQuotaLog(ServiceState service)
{
    private readonly ILogger _log = service.Host.CreateLogger(LimitRejections.Category);
    private int _tooLong;
    private int _keyThrew;

    public void PauseBegins(string authority, in ServerRequest asked, TimeSpan wait)
    {
        if (_log.IsEnabled(LogLevel.Debug))
        {
            var (subject, followed) = (Service(authority), DurationText.FormatWait(wait));
            ServiceAsksForPause(_log, subject, followed, asked.Source);
        }
    }

    public void WaitTooLong(string authority, in ServerRequest asked, TimeSpan longest)
    {
        if (Interlocked.Exchange(ref _tooLong, 1) == 0 && _log.IsEnabled(LogLevel.Warning))
        {
            var (subject, wished, followed) = (Service(authority), DurationText.FormatWait(asked.Wait), DurationText.FormatWait(longest));
            WaitNotShared(_log, subject, wished, asked.Source, followed);
        }
    }

    public void QuotaKeyThrew(Exception exception)
    {
        var level = Interlocked.Exchange(ref _keyThrew, 1) == 0 ? LogLevel.Error : LogLevel.Debug;
        var subject = ServiceText.Format(service.Name);
        QuotaKeyFailed(_log, level, subject, exception);
    }

    private string Service(string authority) => ServiceText.Format(service.Name, authority);

    [LoggerMessage(821, LogLevel.Debug, "{Service} asks all callers of its quota to wait for {Wait}: {Source}.")]
    private static partial void ServiceAsksForPause(ILogger log, string service, string wait, string source);

    [LoggerMessage(822, LogLevel.Warning,
        "{Service} asks its callers to wait for {Wait}: {Source}. Only the call that got this response follows it; all others wait for " +
        "{Longest} at most (RateLimit:MaxServerWait). If the callers have quotas of their own, set RateLimit.QuotaKey, so that the " +
        "others do not wait at all. Logged once for a client.")]
    private static partial void WaitNotShared(ILogger log, string service, string wait, string source, string longest);

    [LoggerMessage(EventId = 823, Message =
        "{Service}: the RateLimit.QuotaKey delegate threw, so the request shares the quota of those without a key. Fix the delegate. " +
        "Logged once for a client, from then on at Debug.")]
    private static partial void QuotaKeyFailed(ILogger log, LogLevel level, string service, Exception exception);
}
