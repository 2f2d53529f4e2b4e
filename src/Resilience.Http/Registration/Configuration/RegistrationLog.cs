using Microsoft.Extensions.Logging;

namespace Resilience.Http.Registration.Configuration;

internal static partial class RegistrationLog
{
    public const string Category = "Resilience.Http.Registration";

    [LoggerMessage(101, LogLevel.Debug, "Order of the chain of {Services}, outermost first: {Handlers}.")]
    public static partial void ChainOrder(this ILogger log, string services, string handlers);

    [LoggerMessage(102, LogLevel.Warning, "No resilient client reads the section {Section}: {Hint}")]
    public static partial void SectionUnread(this ILogger log, string section, string hint);

    [LoggerMessage(103, LogLevel.Information, "{Service}: a configuration change applies to calls that begin from now on: {Changes}.")]
    public static partial void SettingsChanged(this ILogger log, string service, string changes);

    [LoggerMessage(104, LogLevel.Information,
        "{Service}: BaseAddress and Timeout of HttpClients that are created from now on follow the configuration change ({Changes}). " +
        "Existing clients keep theirs.")]
    public static partial void HttpClientSettingsChanged(this ILogger log, string service, string changes);

    [LoggerMessage(105, LogLevel.Error,
        "The configuration change was rejected; all resilient clients keep their current settings. Fix it; it is reloaded automatically: " +
        "{Mistakes}")]
    public static partial void EditRefused(this ILogger log, string mistakes, Exception? exception);

    [LoggerMessage(106, LogLevel.Information, "The configuration of the resilient clients is valid again.")]
    public static partial void EditGoodAgain(this ILogger log);

    [LoggerMessage(
        107, LogLevel.Error, "A listener of IOptionsMonitor threw when it was notified of new settings. The settings apply nevertheless.")]
    public static partial void ListenerFailed(this ILogger log, Exception exception);

    [LoggerMessage(108, LogLevel.Warning,
        "{Statement} in ConfigureHttpClientDefaults has no effect: no client has the chain. Call AddResilience() there too, or on the " +
        "clients that need it.")]
    public static partial void NoClientHasTheChain(this ILogger log, string statement);

    [LoggerMessage(110, LogLevel.Warning,
        "{Service}: a single call can open its circuit: it makes up to {Attempts} attempts (Retry:MaxRetries + 1), and " +
        "CircuitBreaker:FailureThreshold is {FailureThreshold}. If they fail in a row, the circuit opens for all calls, and no further " +
        "attempt is made. Set FailureThreshold to more than the attempts of one call, or lower MaxRetries.")]
    public static partial void OneCallOpensTheCircuit(this ILogger log, string service, int attempts, int failureThreshold);

    [LoggerMessage(113, LogLevel.Warning,
        "{Service}: hedging is on, but no hedge is ever sent: Hedging:{Key} is {Delay}, and AttemptTimeout ends an attempt after " +
        "{AttemptTimeout}. Set Hedging:{Key} to less than AttemptTimeout.")]
    public static partial void NoHedgeIsSent(this ILogger log, string service, string key, string delay, string attemptTimeout);

    [LoggerMessage(114, LogLevel.Warning,
        "{Service}: its {Count} endpoints share one circuit, because CircuitBreaker:Scope is Service. If it opens, calls to all of them " +
        "are refused, and none goes to another endpoint. Set CircuitBreaker:Scope to Authority.")]
    public static partial void EndpointsShareACircuit(this ILogger log, string service, int count);

    [LoggerMessage(115, LogLevel.Warning,
        "{Id}: the client name '{Client}' contains the version of an assembly, so its settings, circuits and metrics get another name " +
        "with each release. Name the client: AddRefitGeneratedClient<T>(settings, httpClientName: \"payments\") with Refit. " +
        "See docs/analyzers.md.")]
    public static partial void VersionInName(this ILogger log, string id, string client);

    [LoggerMessage(116, LogLevel.Information,
        "{Service}: the settings come from the section {Section}, which was written for a standard handler of " +
        "Microsoft.Extensions.Http.Resilience. What is different here: {Differences}. See docs/switching.md.")]
    public static partial void StandardSectionUsed(this ILogger log, string service, string section, string differences);

    [LoggerMessage(119, LogLevel.Warning,
        "The settings of {Section} have no effect: the feature is off, because {Section}:Enabled is not set. Set it to true, or to false " +
        "if the feature is meant to be off.")]
    public static partial void FeatureLeftOff(this ILogger log, string section);

    [LoggerMessage(112, LogLevel.Warning,
        "{Service}: this client has the settings of ResilientHttpClients:Defaults and cannot have a section of its own: {Reason}. Rename " +
        "the client.")]
    public static partial void ClientOnDefaults(this ILogger log, string service, string reason);
}
