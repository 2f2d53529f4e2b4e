using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Resilience.Http.Outcomes;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Pipeline;

/// <summary>
/// Logs the failures that do not count against the service, so that an outage is never silent: each kind once for a client as a Warning,
/// from then on at Debug.
/// </summary>
internal sealed partial class OutcomeLog
{
    public const string Category = "Resilience.Http.Outcomes";

    private readonly ILogger _log;
    private readonly string _service;
    private int _unrecognized;
    private int _otherService;
    private int _localShortage;

    private OutcomeLog(ServiceState service)
    {
        _log = service.Host.CreateLogger(Category);
        _service = ServiceText.Format(service.Name);
    }

    public static OutcomeLog GetOrCreate(ServiceState service) => service.GetOrCreate(static service => new OutcomeLog(service));

    /// <summary>Logs what the built-in rules made of an exception, if it needs an explanation.</summary>
    /// <param name="exception">What the attempt ended with.</param>
    /// <param name="judgement">The judgement; <see langword="null"/> if no rule knows the exception.</param>
    public void Report(Exception exception, Judgement? judgement)
    {
        if (judgement is not { } known)
        {
            var (level, type) = (LevelOf(ref _unrecognized), exception.GetType());
            ExceptionNotRecognized(_log, level, _service, type, exception);
        }
        else if (known.Is(JudgementTraits.LocalShortage))
        {
            var (level, error) = (LevelOf(ref _localShortage), LocalShortage.In(exception)?.SocketErrorCode);
            LocalResourcesExhausted(_log, level, _service, error, exception);
        }
        else if (known.Verdict == AttemptVerdict.Ignored && ExceptionChain.Find<IServiceException>(exception) is { } other)
        {
            var level = LevelOf(ref _otherService);
            OtherServiceFailed(_log, level, _service, other.ServiceName, exception);
        }
    }

    private static LogLevel LevelOf(ref int reported) => Interlocked.Exchange(ref reported, 1) == 0 ? LogLevel.Warning : LogLevel.Debug;

    [LoggerMessage(EventId = 603, Message =
        "{Service}: no rule recognizes the exception {ExceptionType}, so it was not repeated and does not count for the circuit. " +
        "Return a verdict for it from the ClassifyOutcome delegate of this client. Logged once for a client, from then on at Debug.")]
    private static partial void ExceptionNotRecognized(
        ILogger log, LogLevel level, string service, Type exceptionType, Exception exception);

    [LoggerMessage(EventId = 604, Message =
        "{Service}: the attempt failed because {OtherService} failed, which another client inside the chain called. " +
        "It was not repeated and does not count for the circuit of {Service}. Look at {OtherService}. Logged once for a client, from " +
        "then on at Debug.")]
    private static partial void OtherServiceFailed(ILogger log, LogLevel level, string service, string otherService, Exception exception);

    [LoggerMessage(EventId = 605, Message =
        "{Service}: this machine ran out of resources for the connection ({SocketError}): ports, sockets, buffers or file handles. " +
        "It does not count for the circuit. Look for connections that are not reused and responses that are not disposed of, " +
        "and raise the limit of the process if needed. " +
        "Logged once for a client, from then on at Debug.")]
    private static partial void LocalResourcesExhausted(
        ILogger log, LogLevel level, string service, SocketError? socketError, Exception exception);
}
