using Microsoft.Extensions.Logging;
using Resilience.Http.Chaos.Faults;

namespace Resilience.Http.Chaos.Injection;

internal static partial class ChaosLog
{
    public const string Category = "Resilience.Http.Chaos";

    [LoggerMessage(901, LogLevel.Debug, "{Service}: injected {Fault} into {Method} {Path} ({Detail}).")]
    public static partial void FaultInjected(this ILogger log, string service, string fault, string method, string? path, string detail);

    [LoggerMessage(902, LogLevel.Debug, "{Service}: a dry run; {Fault} would have been injected into {Method} {Path} ({Detail}).")]
    public static partial void FaultDecided(this ILogger log, string service, string fault, string method, string? path, string detail);

    [LoggerMessage(903, LogLevel.Debug, "{Service}: a fault was left out: {Limit} calls are under a fault already, as many as ResilientHttpChaos:MaxActiveFaults allows.")]
    public static partial void FaultLeftOut(this ILogger log, string service, int limit);

    [LoggerMessage(904, LogLevel.Warning, "Faults are injected on purpose, in environment {Environment}, {End}{DryRun}: {Faults}. Set ResilientHttpChaos:Enabled to false to end it.")]
    public static partial void ChaosOn(this ILogger log, string environment, string end, string dryRun, string faults);

    [LoggerMessage(905, LogLevel.Information, "ResilientHttpChaos:Enabled is set, but no faults are injected: {Reason}.")]
    public static partial void ChaosHeldBack(this ILogger log, string reason);

    [LoggerMessage(906, LogLevel.Information, "Faults are no longer injected: {Reason}.")]
    public static partial void ChaosOff(this ILogger log, string reason);

    [LoggerMessage(907, LogLevel.Warning, "{Path} is {Percentage}, which is less than 1 of 100 calls. Percentages go from 0 to 100; is {Meant} meant?")]
    public static partial void PercentageLooksLikeShare(this ILogger log, string path, double percentage, double meant);

    [LoggerMessage(908, LogLevel.Error, "An edit of ResilientHttpChaos is refused, and the settings before it stay in force. Correct it, it is read again at once: {Mistakes}")]
    public static partial void ChaosEditRefused(this ILogger log, string mistakes, Exception? exception);

    [LoggerMessage(909, LogLevel.Warning, "{Service}: an experiment has put faults on it: {Faults}.")]
    public static partial void FaultsSet(this ILogger log, string service, FaultPlan faults);

    [LoggerMessage(910, LogLevel.Information, "{Service}: the faults of an experiment are cleared; they struck {Calls} calls.")]
    public static partial void FaultsCleared(this ILogger log, string service, long calls);

    [LoggerMessage(911, LogLevel.Warning, "The faults of {Path} strike nobody: {Hint}.")]
    public static partial void FaultsUnread(this ILogger log, string path, string hint);
}
