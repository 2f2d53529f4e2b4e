using System.Net;
using System.Net.Quic;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Resilience.Http.Outcomes;

/// <summary>
/// The built-in verdicts: what each status and each exception of HttpClient says about the service. Figures seen on .NET 10 with real sockets.
/// </summary>
internal static class OutcomeTable
{
    /// <summary>The peer refused the stream before any processing, so every method may be repeated: REFUSED_STREAM (RFC 9113, 7).</summary>
    private const long Http2RefusedStream = 7;

    /// <summary>The same in HTTP/3: H3_REQUEST_REJECTED (RFC 9114, 8.1).</summary>
    private const long Http3RequestRejected = 0x10B;

    private static readonly Judgement Success = new(AttemptVerdict.Success);
    private static readonly Judgement Transient = new(AttemptVerdict.Transient);
    private static readonly Judgement Failure = new(AttemptVerdict.Failure);
    private static readonly Judgement Ignored = new(AttemptVerdict.Ignored);

    /// <summary>Judges a status. One above 599 is no status at all and is treated as 5xx (RFC 9110, 15).</summary>
    public static Judgement Judge(HttpStatusCode status) => (int)status switch
    {
        408 => Transient,
        429 => new(AttemptVerdict.Transient, JudgementTraits.Throttled | JudgementTraits.RatioOnly),
        501 or 505 => Success,
        >= 500 => Transient,
        _ => Success,
    };

    /// <summary>Judges an exception that neither the caller's cancellation nor a time limit of ours explains.</summary>
    /// <param name="exception">What the attempt ended with.</param>
    /// <param name="requestUntouched">
    /// Whether the request still is what the attempt began with: the very URI object, the method, a body where there was one. After a redirect
    /// it is not: a server has already acted, whatever happened to the connection after it.
    /// </param>
    public static Judgement Judge(Exception exception, bool requestUntouched) => exception switch
    {
        HttpRequestException failed => Judge(failed, requestUntouched),
        TaskCanceledException canceled when IsConnectTimeout(canceled) => TimedOut(NothingSent(requestUntouched)),
        _ => Ignored,
    };

    private static Judgement Judge(HttpRequestException exception, bool requestUntouched) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError => NothingSent(requestUntouched),
        HttpRequestError.SecureConnectionError => Find<AuthenticationException>(exception) is null ? NothingSent(requestUntouched) : Failure,
        HttpRequestError.HttpProtocolError when Find<HttpProtocolException>(exception)?.ErrorCode is Http2RefusedStream or Http3RequestRejected => NothingSent(requestUntouched),
        HttpRequestError.HttpProtocolError or HttpRequestError.ResponseEnded => Transient,
        HttpRequestError.ProxyTunnelError => JudgeTunnel(exception.StatusCode, requestUntouched),
        HttpRequestError.Unknown => ConnectionWasLost(exception) ? Transient : Ignored,
        HttpRequestError.InvalidResponse when HandshakeWasCut(exception) => Transient,
        _ => Failure,
    };

    /// <summary>
    /// A proxy did not open the tunnel, so nothing was sent. Its status is judged as a server's would be; but where that would be a success,
    /// such as 407, it is one of the proxy only: of the service behind it nothing was heard.
    /// </summary>
    private static Judgement JudgeTunnel(HttpStatusCode? status, bool requestUntouched)
    {
        var judgement = status is { } answered ? Judge(answered) : Transient;
        return judgement.Verdict == AttemptVerdict.Transient
            ? judgement with { Traits = judgement.Traits | NothingSent(requestUntouched).Traits }
            : Ignored;
    }

    /// <summary>
    /// SocketsHttpHandler.ConnectTimeout. The timeout of another HttpClient, used by some inner handler, looks much the same, but there the
    /// <see cref="TimeoutException"/> is over a cancellation, or the exception has a type of its own; that one tells nothing of this request.
    /// </summary>
    private static bool IsConnectTimeout(TaskCanceledException exception) =>
        exception.GetType() == typeof(TaskCanceledException)
        && exception.InnerException is TimeoutException { InnerException: not OperationCanceledException };

    /// <summary>A connection that was cut. QUIC has no socket to blame: a peer that vanished shows as its own exception, such as ConnectionTimeout.</summary>
    private static bool ConnectionWasLost(HttpRequestException exception) =>
        Inner(exception).Any(static inner => inner is SocketException or QuicException);

    /// <summary>HTTP/2: the connection was reset or closed before the server's first frame, its settings, had come. No answer, so none that is invalid.</summary>
    private static bool HandshakeWasCut(HttpRequestException exception) =>
        Inner(exception).Any(static inner => inner is SocketException or HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded });

    private static Judgement NothingSent(bool requestUntouched) =>
        requestUntouched ? new(AttemptVerdict.Transient, JudgementTraits.NothingSent) : Transient;

    private static Judgement TimedOut(Judgement judgement) => judgement with { Traits = judgement.Traits | JudgementTraits.TimedOut };

    private static T? Find<T>(Exception exception) where T : Exception => Inner(exception).OfType<T>().FirstOrDefault();

    private static IEnumerable<Exception> Inner(Exception exception)
    {
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            yield return inner;
        }
    }
}
