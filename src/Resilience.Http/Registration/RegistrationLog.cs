using Microsoft.Extensions.Logging;

namespace Resilience.Http.Registration;

internal static partial class RegistrationLog
{
    public const string Category = "Resilience.Http.Registration";

    [LoggerMessage(101, LogLevel.Debug, "A call of {Services} meets, outermost first: {Handlers}.")]
    public static partial void ChainOrder(this ILogger log, string services, string handlers);

    [LoggerMessage(102, LogLevel.Warning, "No resilient client reads the section {Section}: {Hint}")]
    public static partial void SectionUnread(this ILogger log, string section, string hint);

    [LoggerMessage(103, LogLevel.Information, "{Service}: an edit of the configuration is in force for calls that begin from now on: {Changes}.")]
    public static partial void SettingsChanged(this ILogger log, string service, string changes);

    [LoggerMessage(104, LogLevel.Information,
        "{Service}: BaseAddress and Timeout of the HttpClients themselves follow the edit ({Changes}) as they are created anew; those in use keep theirs.")]
    public static partial void HttpClientSettingsChanged(this ILogger log, string service, string changes);

    [LoggerMessage(105, LogLevel.Error,
        "An edit of the configuration is refused, and all resilient clients keep the settings they have. Correct it, it is read again at once: {Mistakes}")]
    public static partial void EditRefused(this ILogger log, string mistakes, Exception? exception);

    [LoggerMessage(106, LogLevel.Information, "The configuration of the resilient clients has no mistakes any more.")]
    public static partial void EditGoodAgain(this ILogger log);

    [LoggerMessage(107, LogLevel.Error, "A listener of IOptionsMonitor threw when it was told of new settings; they are in force all the same.")]
    public static partial void ListenerFailed(this ILogger log, Exception exception);

    [LoggerMessage(108, LogLevel.Warning,
        "{Statement} in ConfigureHttpClientDefaults does nothing: no client has the chain. Call AddResilience() there too, or on the clients that are to have it.")]
    public static partial void NoClientHasTheChain(this ILogger log, string statement);
}
