using System.Globalization;
using System.Net;

namespace Resilience.Http.Outcomes;

/// <summary>
/// An outcome in few words, for messages and logs: <c>503 ServiceUnavailable</c>, <c>HttpRequestException: Connection refused</c>.
/// </summary>
internal static class OutcomeText
{
    /// <summary>
    /// Made once for each status: every failed attempt is asked for its text, and the name of an enum's value is slow to come by.
    /// </summary>
    private static readonly string?[] Texts = new string?[600];

    public static string Format(HttpStatusCode status) =>
        (uint)status < (uint)Texts.Length ? Texts[(int)status] ??= Make(status) : Make(status);

    /// <summary>
    /// If HttpClient's own message says no more than that an error occurred or that the operation was canceled, this has the reason from
    /// the inner exception. No full stop at its end: it stands within sentences of its own.
    /// </summary>
    public static string Format(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: { } status } => OfTunnel(exception, status),
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: not null } =>
            Text(exception.GetType(), exception.GetBaseException()),
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError,
            InnerException: not null,
        } => Text(exception.GetType(), Reason(exception)),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: not null } =>
            Text(exception.GetType(), exception.GetBaseException()),
        TaskCanceledException { InnerException: TimeoutException timeout } when exception.GetType() == typeof(TaskCanceledException) =>
            Text(timeout.GetType(), timeout),
        _ => Text(exception.GetType(), exception),
    };

    /// <summary>HttpClient's own message has the proxy's URI in it, with the name and the password that may stand there.</summary>
    private static string OfTunnel(Exception exception, HttpStatusCode status) =>
        $"{exception.GetType().Name}: the proxy did not open the tunnel, {Format(status)}";

    private static string Text(Type type, Exception exception) => $"{type.Name}: {Message(exception)}";

    /// <summary>
    /// The exception that says why the connection or the stream ended: the one of HTTP that lies deepest, or else whatever does.
    /// </summary>
    private static Exception Reason(Exception exception)
    {
        var reason = exception.GetBaseException();
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            reason = inner is HttpIOException ? inner : reason;
        }

        return reason;
    }

    /// <summary>
    /// A message as part of a sentence: without full stop, and without the error's name that .NET adds in parentheses after it.
    /// </summary>
    private static string Message(Exception exception)
    {
        var error = exception switch
        {
            HttpRequestException request => request.HttpRequestError,
            HttpIOException io => io.HttpRequestError,
            _ => HttpRequestError.Unknown,
        };
        var (message, suffix) = (exception.Message, $"({error})");
        return (message.EndsWith(suffix, StringComparison.Ordinal) ? message[..^suffix.Length] : message).TrimEnd('.', ' ', '\r', '\n');
    }

    private static string Make(HttpStatusCode status) =>
        Enum.IsDefined(status)
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)status} {status}")
            : ((int)status).ToString(CultureInfo.InvariantCulture);
}
