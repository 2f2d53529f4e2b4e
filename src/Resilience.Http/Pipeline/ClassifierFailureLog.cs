using Microsoft.Extensions.Logging;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Pipeline;

/// <summary>
/// Logs that a user's <c>ClassifyOutcome</c> throws: once for a service as an error, since it would throw for every call alike.
/// </summary>
internal sealed partial class ClassifierFailureLog(ServiceState service)
{
    private readonly ILogger _log = service.Host.CreateLogger(OutcomeLog.Category);
    private int _reported;

    public void Report(Exception exception)
    {
        if (Interlocked.Exchange(ref _reported, 1) == 0)
        {
            JudgeThrew(_log, ServiceText.Format(service.Name), exception);
        }
        else
        {
            JudgeThrewAgain(_log, ServiceText.Format(service.Name), exception);
        }
    }

    [LoggerMessage(601, LogLevel.Error,
        "{Service}: the ClassifyOutcome delegate threw; the built-in rules were used. Fix the delegate; return null to defer to the " +
        "built-in rules. Logged once for a client, from then on at Debug.")]
    private static partial void JudgeThrew(ILogger log, string service, Exception exception);

    [LoggerMessage(602, LogLevel.Debug, "{Service}: the ClassifyOutcome delegate threw again.")]
    private static partial void JudgeThrewAgain(ILogger log, string service, Exception exception);
}
