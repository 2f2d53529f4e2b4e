using Microsoft.Extensions.Logging;

namespace Resilience.Http.Dashboard.Steering;

/// <summary>What the dashboard logs. The lines of steering are its audit log.</summary>
internal static partial class DashboardLog
{
    public const string Category = "Resilience.Http.Dashboard";

    [LoggerMessage(1211, LogLevel.Warning,
        "Everyone can open the dashboard at {Path}, because it was mapped with AllowAnonymous(). It shows names, addresses and settings " +
        "of the services that this app calls. Use RequireAuthorization() instead.")]
    public static partial void AnswersEverybody(this ILogger log, string path);

    [LoggerMessage(1212, LogLevel.Warning,
        "The dashboard at {Path} answers every request with 403: the environment is {Environment}, and no authorization policy is set. " +
        "Call RequireAuthorization(\"policy\") on the result of MapResilienceDashboard. Logged once.")]
    public static partial void AnswersNobody(this ILogger log, string path, string environment);

    [LoggerMessage(1213, LogLevel.Warning, "{User} isolated {Service} ({Authority}) in {Place} for {Duration}: {Reason}")]
    public static partial void Isolated(
        this ILogger log, string user, string service, string authority, string place, TimeSpan duration, string reason);

    [LoggerMessage(1214, LogLevel.Warning,
        "{User} released {Service} ({Authority}) from isolation in {Place}, so that trial calls decide: {Reason}")]
    public static partial void Released(
        this ILogger log, string user, string service, string authority, string place, string reason);

    [LoggerMessage(1215, LogLevel.Warning, "{User} reset {Service} ({Authority}) to closed in {Place}: {Reason}")]
    public static partial void Reset(this ILogger log, string user, string service, string authority, string place, string reason);

    [LoggerMessage(1216, LogLevel.Warning, "A request by {User} to steer circuits was refused with status {Status}: {Why}")]
    public static partial void Refused(this ILogger log, string user, int status, string why);

    [LoggerMessage(1217, LogLevel.Information,
        "A viewer of the dashboard was disconnected, because it did not read the last {Events} events.")]
    public static partial void ViewerDropped(this ILogger log, int events);
}
