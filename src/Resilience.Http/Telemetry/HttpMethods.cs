using System.Collections.Frozen;

namespace Resilience.Http.Telemetry;

/// <summary>
/// The methods of the <see href="https://www.iana.org/assignments/http-methods">IANA registry</see> and what it says about them. PRI is
/// left out: it is the preface of an HTTP/2 connection, and no request can use it. A method that is not registered is neither safe nor
/// idempotent.
/// </summary>
internal static class HttpMethods
{
    /// <summary>The tag of a method that is not registered, so that no caller can create new series.</summary>
    public const string Other = "_OTHER";

    private static readonly FrozenSet<string> Safe = FrozenSet.ToFrozenSet(
        ["GET", "HEAD", "OPTIONS", "PROPFIND", "QUERY", "REPORT", "SEARCH", "TRACE"], StringComparer.Ordinal);

    private static readonly FrozenSet<string> Idempotent = FrozenSet.ToFrozenSet(
    [
        .. Safe,
        "ACL", "BASELINE-CONTROL", "BIND", "CHECKIN", "CHECKOUT", "COPY", "DELETE", "LABEL", "LINK", "MERGE", "MKACTIVITY", "MKCALENDAR",
        "MKCOL",
        "MKREDIRECTREF",
        "MKWORKSPACE",
        "MOVE",
        "ORDERPATCH",
        "PROPPATCH",
        "PUT",
        "REBIND",
        "UNBIND",
        "UNCHECKOUT",
        "UNLINK",
        "UNLOCK",
        "UPDATE", "UPDATEREDIRECTREF", "VERSION-CONTROL",
    ],
    StringComparer.Ordinal);

    private static readonly FrozenSet<string> Registered = FrozenSet.ToFrozenSet(
        [.. Idempotent, "CONNECT", "LOCK", "PATCH", "POST"], StringComparer.Ordinal);

    /// <summary>The method as a tag: its registered name, or <see cref="Other"/>.</summary>
    public static string Known(HttpMethod method)
    {
        if (Registered.Contains(method.Method))
        {
            return method.Method;
        }

        var name = AsSent(method);
        return Registered.Contains(name) ? name : Other;
    }

    /// <summary>Whether the method only reads (RFC 9110, 9.2.1).</summary>
    public static bool IsSafe(HttpMethod method) => Safe.Contains(AsSent(method));

    /// <summary>Whether two identical requests have the effect of one (RFC 9110, 9.2.2).</summary>
    /// <remarks>Nearly every call asks this of the framework's own GET, which costs no hash.</remarks>
    public static bool IsIdempotent(HttpMethod method) =>
        ReferenceEquals(method, HttpMethod.Get) || Idempotent.Contains(AsSent(method));

    /// <summary>
    /// Methods are case-sensitive, but .NET sends those it knows in upper case: <c>get</c> is GET on the wire, while <c>propfind</c> stays
    /// as it is, which is not a registered method.
    /// </summary>
    private static string AsSent(HttpMethod method) =>
        Registered.Contains(method.Method) ? method.Method : HttpMethod.Parse(method.Method).Method;
}
