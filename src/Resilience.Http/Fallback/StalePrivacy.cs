using System.Net;
using System.Net.Http.Headers;
using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.Fallback;

/// <summary>
/// The privacy rule of stale answers: <b>an answer may stand in for another call only if the server could not distinguish the two requests
/// apart</b>. It rests on these statements, each of which is checked by one member here or by <see cref="PrimaryIdentity"/>:
/// <list type="number">
/// <item>A request is noted next to the primary handler (<see cref="SentRequestHandler"/>), after every handler that may change it or send
/// another in its place. What was not noted there is not known, and then nothing is kept and nothing is served.</item>
/// <item>Only transparent handlers stand between the note and the primary handler (<see cref="IsTransparent"/>).</item>
/// <item>The primary handler is of a known kind and adds no identity: no credentials, no client certificate, no credentials for a proxy,
/// and no cookie (<see cref="PrimaryIdentity"/>, <see cref="HasCookies"/>).</item>
/// <item>The key of an answer holds the method, the URI and every header, both as the caller asked and as it was sent. Left out are only
/// fields that never choose an answer (<see cref="StaleKey.LeavesOut"/>). Headers that the primary handler writes into the request, such as
/// baggage, are added after the send (<see cref="StaleKey.LeftAs"/>). A body is not part of the key, so a request that is sent with one is
/// not seen (<see cref="HasBody"/>).</item>
/// <item>The answer's <c>Vary</c> names no field that the key does not hold (<see cref="VariesOnlyBySeen"/>).</item>
/// <item>The response is the very object that the primary handler returned for the noted request (<see cref="StaleCall.SentFor"/>).</item>
/// <item>If nothing was sent, because the circuit is open, the caller's request counts as sent only if no handler inside could have changed
/// it. The headers that the primary handler would have written for the current activity count too
/// (<see cref="SentRequestHandler.NoteUnsent"/>).</item>
/// </list>
/// With <see cref="HttpFallbackOptions.ShareStaleAnswers"/> only the headers of the caller's own request in statement 4 and statement 5
/// count: the user declares that nothing else chooses an answer. The two kinds of key never match each other
/// (<see cref="StaleKey.Shared"/>). Known limits: a handler that changes the answer by user; an <c>IHttpClientLogger</c> that changes the
/// request; a <c>DiagnosticListener</c> that writes an identity, seen only in requests that are sent; a cookie that is set and expires
/// between the two looks at the container.
/// </summary>
internal static class StalePrivacy
{
    public const string Body = "a handler inside the chain gives the request a body";
    public const string Cookies = "the primary handler's CookieContainer holds cookies for the address";

    /// <summary>Fields that identify a user and that handlers add out of sight.</summary>
    private static readonly string[] Identifying = ["Cookie", "Authorization", "Proxy-Authorization"];

    /// <summary>
    /// Whether a handler passes each request on as it is given: those of this assembly, those marked in this package family, and the
    /// logging and lifetime handlers of the factory.
    /// </summary>
    public static bool IsTransparent(HttpMessageHandler handler)
    {
        var assembly = handler.GetType().Assembly;
        return handler is ITransparentHandler
            || assembly == typeof(StalePrivacy).Assembly
            || assembly == typeof(IHttpClientFactory).Assembly;
    }

    /// <summary>
    /// Whether a cookie may have gone with a request to this address. Asked before and after the send: a redirect may use the cookies of
    /// any address on its way, so if the address has changed, no cookie at all may be there.
    /// </summary>
    public static bool HasCookies(CookieContainer? cookies, Uri? address, bool redirected = false) =>
        cookies is { Count: > 0 } && (redirected || address is not { IsAbsoluteUri: true } || cookies.GetCookies(address).Count > 0);

    /// <summary>
    /// Whether a handler has given the request a body, which may distinguish users as well as a header. The chain's own empty content does
    /// not, as long as nothing was written into its headers.
    /// </summary>
    public static bool HasBody(HttpRequestMessage request) =>
        request.Content is { } content
        && !(content is EmptyContent && content.Headers.NonValidated.All(static field => field.Key == "Content-Length"));

    /// <summary>
    /// Whether the key holds every field by which the server says it chose the answer. A line that cannot be read might name any field.
    /// </summary>
    /// <param name="headers">The headers of the answer.</param>
    /// <param name="key">The key of the request.</param>
    /// <param name="shared">Whether the key holds the caller's request only, so that fields which identify a user must stand there to be
    /// seen.</param>
    /// <param name="deadlineHeader">The header with the time left, which is not part of the key.</param>
    public static bool VariesOnlyBySeen(HttpResponseHeaders headers, StaleKey key, bool shared, string deadlineHeader)
    {
        if (!headers.NonValidated.TryGetValues("Vary", out var lines))
        {
            return true;
        }

        const StringSplitOptions Options = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (var field in lines.SelectMany(static line => line.Split(',', Options)))
        {
            if (field == "*"
                || !IsToken(field)
                || StaleKey.LeavesOut(field, deadlineHeader)
                || (shared && IsIdentifying(field) && !key.Holds(field)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsIdentifying(string field) => Identifying.Contains(field, StringComparer.OrdinalIgnoreCase);

    /// <summary>A field name as RFC 9110, 5.6.2 has it.</summary>
    private static bool IsToken(string field) =>
        field.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));
}
