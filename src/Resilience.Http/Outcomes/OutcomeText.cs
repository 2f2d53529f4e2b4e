using System.Globalization;
using System.Net;

namespace Resilience.Http.Outcomes;

/// <summary>An outcome in few words, for messages and logs: <c>503 ServiceUnavailable</c>, <c>HttpRequestException: Connection refused</c>.</summary>
internal static class OutcomeText
{
    /// <summary>Made once for each status: every failed attempt is asked for its text, and the name of an enum's value is slow to come by.</summary>
    private static readonly string?[] Texts = new string?[600];

    public static string Of(HttpStatusCode status) =>
        (uint)status < (uint)Texts.Length ? Texts[(int)status] ??= Make(status) : Make(status);

    /// <summary>Where HttpClient says no more than that an error occurred (of a cut connection, say) or that the operation was canceled, what lies at the bottom of it.</summary>
    public static string Of(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: { } status } => OfTunnel(exception, status),
        HttpRequestException { HttpRequestError: HttpRequestError.Unknown, InnerException: not null } => Text(exception.GetType(), exception.GetBaseException()),
        TaskCanceledException { InnerException: TimeoutException timeout } when exception.GetType() == typeof(TaskCanceledException) => Text(timeout.GetType(), timeout),
        _ => Text(exception.GetType(), exception),
    };

    /// <summary>HttpClient's own message has the proxy's URI in it, with the name and the password that may stand there.</summary>
    private static string OfTunnel(Exception exception, HttpStatusCode status) => $"{exception.GetType().Name}: the proxy did not open the tunnel, {Of(status)}";

    private static string Text(Type type, Exception exception) => $"{type.Name}: {exception.Message}";

    private static string Make(HttpStatusCode status) =>
        Enum.IsDefined(status)
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)status} {status}")
            : ((int)status).ToString(CultureInfo.InvariantCulture);
}
