using Microsoft.Extensions.Logging;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Telemetry;

namespace Resilience.Http.CircuitBreaker.Registry;

internal static partial class CircuitBreakerLog
{
    public const string Category = "Resilience.Http.CircuitBreaker";

    /// <summary>
    /// Each transition leaves one line. Only the first opening is a Warning: a long outage is one piece of news, however often a trial
    /// fails in it.
    /// </summary>
    /// <param name="log">The log.</param>
    /// <param name="transition">What happened.</param>
    /// <param name="details">What is known of it besides.</param>
    /// <param name="enforced">Whether calls are refused.</param>
    public static void Transition(this ILogger log, CircuitTransition transition, TransitionDetails details, bool enforced)
    {
        var (service, authority) = (ServiceText.Format(transition.ServiceName), transition.Authority);
        var reason = transition.Reason.TrimEnd('.', ' '); // A reason given by hand may be a sentence; the line ends it.
        var effect = enforced ? "calls are refused" : RefusalText.OnlyObserved;
        var end = RefusalText.WayOut(transition.To, details.RetryAfter);
        switch (transition)
        {
            case { To: CircuitState.Open } when details.IsReopening:
                log.CircuitReopened(service, authority, reason, end);
                break;
            case { To: CircuitState.Open }:
                log.CircuitOpened(service, authority, effect, reason, end);
                break;
            case { From: CircuitState.Isolated, To: CircuitState.HalfOpen }:
                log.IsolationEnded(service, authority, DurationText.FormatWait(details.Lasted), "trials are let through", reason);
                break;
            case { From: CircuitState.Isolated, To: CircuitState.Closed }:
                log.IsolationEnded(service, authority, DurationText.FormatWait(details.Lasted), "the circuit is closed", reason);
                break;
            case { To: CircuitState.HalfOpen }:
                log.CircuitHalfOpened(service, authority, reason);
                break;
            case { To: CircuitState.Isolated }:
                log.CircuitIsolated(service, authority, effect, reason, end);
                break;
            default:
                log.CircuitClosed(service, authority, reason);
                break;
        }
    }

    [LoggerMessage(301, LogLevel.Warning, "{Service} ({Authority}): the circuit opened, {Effect}: {Reason}; {End}.")]
    private static partial void CircuitOpened(
        this ILogger log, string service, string authority, string effect, string reason, string end);

    [LoggerMessage(302, LogLevel.Information, "{Service} ({Authority}): the circuit stays open: {Reason}; {End}.")]
    private static partial void CircuitReopened(this ILogger log, string service, string authority, string reason, string end);

    [LoggerMessage(303, LogLevel.Debug, "{Service} ({Authority}): the circuit is half-open, trials are let through: {Reason}.")]
    private static partial void CircuitHalfOpened(this ILogger log, string service, string authority, string reason);

    [LoggerMessage(304, LogLevel.Information, "{Service} ({Authority}): the circuit closed: {Reason}.")]
    private static partial void CircuitClosed(this ILogger log, string service, string authority, string reason);

    [LoggerMessage(305, LogLevel.Information, "{Service} ({Authority}): the circuit was isolated by hand, {Effect}: {Reason}; {End}.")]
    private static partial void CircuitIsolated(
        this ILogger log, string service, string authority, string effect, string reason, string end);

    [LoggerMessage(308, LogLevel.Information, "{Service} ({Authority}): the isolation ended after {Length}, {Effect}: {Reason}.")]
    private static partial void IsolationEnded(
        this ILogger log, string service, string authority, string length, string effect, string reason);

    [LoggerMessage(306, LogLevel.Error,
        "{Service} ({Authority}): a subscriber of ICircuitRegistry.Transitioned threw. It will still receive later transitions.")]
    public static partial void SubscriberFailed(this ILogger log, string service, string authority, Exception exception);

    [LoggerMessage(307, LogLevel.Warning,
        "A subscriber of ICircuitRegistry.Transitioned is too slow: the {Lost} oldest transitions in its queue were dropped.")]
    public static partial void TransitionsLost(this ILogger log, long lost);

    [LoggerMessage(315, LogLevel.Warning,
        "{Service} ({Authority}): requests reach this isolated host by a redirect from another one. Isolation cannot stop them: set " +
        "AllowAutoRedirect to false on the primary handler to do that. Logged once for a client.")]
    public static partial void IsolatedReachedByRedirect(this ILogger log, string service, string authority);
}
