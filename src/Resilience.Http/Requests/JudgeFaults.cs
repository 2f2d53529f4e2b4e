using Microsoft.Extensions.Logging;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Requests;

/// <summary>Tells that a user's <c>Judge</c> throws: once for a service as an error, since it would throw for every call alike.</summary>
internal sealed partial class JudgeFaults(ResilientService service)
{
    public const string Category = "Resilience.Http.Outcomes";

    private readonly ILogger _log = service.Host.Loggers.CreateLogger(Category);
    private int _told;

    public void Tell(Exception exception)
    {
        if (Interlocked.Exchange(ref _told, 1) == 0)
        {
            JudgeThrew(_log, ServiceText.Of(service.Name), exception);
        }
        else
        {
            JudgeThrewAgain(_log, ServiceText.Of(service.Name), exception);
        }
    }

    [LoggerMessage(601, LogLevel.Error,
        "{Service}: the Judge of its options threw, so the built-in table judged instead. Mend the Judge; it says null where it has no verdict. " +
        "Told once for a client, from then on at Debug.")]
    private static partial void JudgeThrew(ILogger log, string service, Exception exception);

    [LoggerMessage(602, LogLevel.Debug, "{Service}: the Judge of its options threw again.")]
    private static partial void JudgeThrewAgain(ILogger log, string service, Exception exception);
}
