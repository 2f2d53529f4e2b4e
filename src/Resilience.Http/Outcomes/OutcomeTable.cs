using System.Net;
using System.Net.Quic;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Resilience.Http.Outcomes;

/// <summary>
/// The built-in verdicts: what each status and each exception says about the service. The exceptions of HttpClient are those seen on .NET
/// 10 with real sockets.
/// </summary>
internal static class OutcomeTable
{
    private static readonly Judgement Transient = new(AttemptVerdict.Transient);
    private static readonly Judgement Failure = new(AttemptVerdict.Failure);
    private static readonly Judgement Ignored = new(AttemptVerdict.Ignored);

    /// <summary>Judges a status.</summary>
    public static Judgement Judge(HttpStatusCode status) => StatusTable.Judge(status);

    /// <summary>
    /// The status that an exception reports, as that of EnsureSuccessStatusCode in a handler; <see langword="null"/> if it reports none.
    /// </summary>
    public static HttpStatusCode? StatusIn(Exception? exception) =>
        ExceptionChain.All(exception).OfType<HttpRequestException>().FirstOrDefault(ReportsStatus)?.StatusCode;

    /// <summary>Judges an exception that neither the caller's cancellation nor one of this client's time limits explains.</summary>
    /// <param name="exception">What the attempt ended with.</param>
    /// <param name="requestUntouched">
    /// Whether no redirect was followed. After a redirect a server has acted, whatever happened to the connection after it.
    /// </param>
    /// <returns>The verdict, or <see langword="null"/> if no rule knows the exception.</returns>
    public static Judgement? Judge(Exception exception, bool requestUntouched) => exception switch
    {
        _ when ExceptionChain.Find<IServiceException>(exception) is not null => Ignored, // another service, called from inside the chain
        HttpRequestException failed => Judge(failed, requestUntouched),
        OperationCanceledException canceled => Judge(canceled, requestUntouched),

        // SocketsHttpHandler wraps these. Thrown as they are, they come from a handler: a body that failed is known by its watch.
        TimeoutException => TimedOut(Transient),
        HttpIOException failed => Judge(failed.HttpRequestError, failed, requestUntouched: false),
        SocketException or QuicException => OfLostConnection(exception),

        // A handler gave its own cancellation another name, as a time limit does: which it was is not known.
        not AggregateException when exception.InnerException is OperationCanceledException
        {
            CancellationToken.IsCancellationRequested: true,
            InnerException: not TimeoutException,
        } => null,

        // Whatever wrapped it may have sent the request before, so a wrapped exception never proves that nothing was sent.
        _ => ExceptionChain.InnerOf(exception) is { } inner ? Judge(inner, requestUntouched: false) : null,
    };

    private static Judgement Judge(HttpRequestException exception, bool requestUntouched) => exception.HttpRequestError switch
    {
        HttpRequestError.ProxyTunnelError => JudgeTunnel(exception.StatusCode, requestUntouched),
        HttpRequestError.Unknown => JudgeUnknown(exception),
        var error => Judge(error, exception, requestUntouched),
    };

    private static Judgement Judge(HttpRequestError error, Exception exception, bool requestUntouched) => error switch
    {
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError => NotConnected(exception, requestUntouched),
        HttpRequestError.SecureConnectionError when Find<AuthenticationException>(exception) is null =>
            NotConnected(exception, requestUntouched),
        HttpRequestError.HttpProtocolError => JudgeProtocolError(Find<HttpProtocolException>(exception)?.ErrorCode),
        HttpRequestError.ResponseEnded => Transient,
        HttpRequestError.InvalidResponse when HandshakeWasCut(exception) => Transient,
        HttpRequestError.Unknown => Transient,
        _ => Failure,
    };

    /// <summary>
    /// The error is not known: SocketsHttpHandler lost a connection, or the exception comes from something
    /// else, such as a browser, WinHttpHandler, EnsureSuccessStatusCode or a test double. That the request was not sent is never known.
    /// </summary>
    private static Judgement JudgeUnknown(HttpRequestException exception)
    {
        if (StatusIn(exception) is { } status)
        {
            return Judge(status);
        }

        if (Find<HttpProtocolException>(exception) is { } protocol)
        {
            return JudgeProtocolError(protocol.ErrorCode); // That of HTTP/3 has a QuicException inside.
        }

        if (ExceptionChain.All(exception).Any(static one => one is SocketException or QuicException))
        {
            return OfLostConnection(exception);
        }

        return exception.InnerException switch
        {
            HttpRequestException wrapped => Judge(wrapped, requestUntouched: false),
            { } inner when Judge(inner, requestUntouched: false) is { Verdict: not AttemptVerdict.Ignored } judged => judged,
            _ => Transient,
        };
    }

    private static bool ReportsStatus(HttpRequestException exception) =>
        exception is { HttpRequestError: HttpRequestError.Unknown, StatusCode: >= HttpStatusCode.Continue };

    /// <summary>
    /// REFUSED_STREAM (RFC 9113, 7) and H3_REQUEST_REJECTED (RFC 9114, 8.1) should mean that nothing was processed. They do not prove it:
    /// HAProxy 2.6 refuses the stream of a POST that its backend has read. So they are like any other reset.
    /// </summary>
    private static Judgement JudgeProtocolError(long? code) => code switch
    {
        // ENHANCE_YOUR_CALM, H3_EXCESSIVE_LOAD
        0xB or 0x107 => new(AttemptVerdict.Transient, JudgementTraits.Throttled | JudgementTraits.RatioOnly),
        0xD or 0x110 => Failure, // HTTP_1_1_REQUIRED, H3_VERSION_FALLBACK: no version that both sides may use
        _ => Transient,
    };

    /// <summary>
    /// A proxy did not open the tunnel, so nothing was sent. Its status is judged as a server's would be. But if that would be a success,
    /// such as 403, it is one of the proxy only: the service behind it has not been heard.
    /// </summary>
    private static Judgement JudgeTunnel(HttpStatusCode? status, bool requestUntouched)
    {
        var judgement = status is { } answered ? Judge(answered) : Transient;
        return judgement.Verdict == AttemptVerdict.Transient
            ? judgement with { Traits = judgement.Traits | NothingSent(requestUntouched).Traits }
            : Ignored;
    }

    /// <summary>
    /// A cancellation that no token asked for is a time limit: of a connection, of a handler, or of another HttpClient inside the chain.
    /// </summary>
    private static Judgement Judge(OperationCanceledException exception, bool requestUntouched)
    {
        if (IsConnectTimeout(exception))
        {
            return TimedOut(NothingSent(requestUntouched));
        }

        var isTimeout = exception.InnerException is TimeoutException || !exception.CancellationToken.IsCancellationRequested;
        return isTimeout ? TimedOut(Transient) : Ignored;
    }

    /// <summary>
    /// SocketsHttpHandler.ConnectTimeout. In the timeout of another HttpClient the <see cref="TimeoutException"/> is over a cancellation.
    /// The one that a handler throws itself has that handler's assembly as its source, or a token that was not canceled; the request may
    /// have been sent before it.
    /// </summary>
    private static bool IsConnectTimeout(OperationCanceledException exception) =>
        exception.GetType() == typeof(TaskCanceledException)
        && exception.CancellationToken.IsCancellationRequested // That of the connection.
        && exception.InnerException is TimeoutException { InnerException: not OperationCanceledException }
        && exception.Source is (null or "System.Net.Http" or "System.Private.CoreLib"); // The latter if it was first thrown by an await.

    /// <summary>
    /// HTTP/2: the connection was reset or closed before the server's first frame, its settings, had come. No response came, so none that
    /// is invalid.
    /// </summary>
    private static bool HandshakeWasCut(Exception exception) =>
        ExceptionChain.All(exception).Any(static one =>
            one is SocketException or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded });

    private static Judgement NotConnected(Exception exception, bool requestUntouched) =>
        BlamingNoService(NothingSent(requestUntouched), exception);

    private static Judgement OfLostConnection(Exception exception) => BlamingNoService(Transient, exception);

    private static Judgement BlamingNoService(Judgement judgement, Exception exception) => LocalShortage.In(exception) is null
        ? judgement
        : new(AttemptVerdict.Retryable, judgement.Traits | JudgementTraits.LocalShortage);

    private static Judgement NothingSent(bool requestUntouched) =>
        requestUntouched ? new(AttemptVerdict.Transient, JudgementTraits.NothingSent) : Transient;

    private static Judgement TimedOut(Judgement judgement) => judgement with { Traits = judgement.Traits | JudgementTraits.TimedOut };

    private static T? Find<T>(Exception exception) where T : Exception => ExceptionChain.Find<T>(exception);
}
