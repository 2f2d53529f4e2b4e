using Microsoft.Extensions.Logging;
using Resilience.Http.Chaos.Faults;

namespace Resilience.Http.Chaos.Injection;

internal static partial class ChaosLog
{
    public const string Category = "Resilience.Http.Chaos";

    [LoggerMessage(901, LogLevel.Debug, "{Service}: injected {Fault} into {Method} {Path} ({Detail}).")]
    public static partial void FaultInjected(this ILogger log, string service, string fault, string method, string? path, string detail);

    [LoggerMessage(902, LogLevel.Debug, "{Service}: dry run; {Fault} would have been injected into {Method} {Path} ({Detail}).")]
    public static partial void FaultDecided(this ILogger log, string service, string fault, string method, string? path, string detail);

    [LoggerMessage(903, LogLevel.Debug, "{Service}: a fault was not injected: {Limit} calls already have an active fault, the limit of " +
        "ResilientHttpChaos:MaxActiveFaults.")]
    public static partial void FaultLeftOut(this ILogger log, string service, int limit);

    [LoggerMessage(904, LogLevel.Warning, "Chaos faults are active in environment {Environment}, {End}{DryRun}: {Faults}. To stop them, " +
        "set ResilientHttpChaos:Enabled to false.")]
    public static partial void ChaosOn(this ILogger log, string environment, string end, string dryRun, string faults);

    [LoggerMessage(905, LogLevel.Information, "ResilientHttpChaos:Enabled is true, but no faults are injected: {Reason}.")]
    public static partial void ChaosHeldBack(this ILogger log, string reason);

    [LoggerMessage(906, LogLevel.Information, "Faults are no longer injected: {Reason}.")]
    public static partial void ChaosOff(this ILogger log, string reason);

    [LoggerMessage(907, LogLevel.Warning, "{Path} is {Percentage}, which is less than 1 of 100 calls. Percentages go from 0 to 100. Did " +
        "you mean {Meant}?")]
    public static partial void PercentageLooksLikeShare(this ILogger log, string path, double percentage, double meant);

    [LoggerMessage(908, LogLevel.Error, "The change of ResilientHttpChaos was rejected; the previous settings stay in force. Fix it; it " +
        "is reloaded automatically: {Mistakes}")]
    public static partial void ChaosEditRefused(this ILogger log, string mistakes, Exception? exception);

    [LoggerMessage(909, LogLevel.Warning, "{Service}: an experiment set faults: {Faults}.")]
    public static partial void FaultsSet(this ILogger log, string service, FaultPlan faults);

    [LoggerMessage(910, LogLevel.Information, "{Service}: the faults of an experiment were cleared; they affected {Calls} calls.")]
    public static partial void FaultsCleared(this ILogger log, string service, long calls);

    [LoggerMessage(911, LogLevel.Warning, "The faults of {Path} match no client: {Hint}.")]
    public static partial void FaultsUnread(this ILogger log, string path, string hint);
}
