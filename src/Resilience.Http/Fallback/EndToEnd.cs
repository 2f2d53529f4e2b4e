using System.Collections.Frozen;
using System.Net.Http.Headers;

namespace Resilience.Http.Fallback;

/// <summary>
/// The headers of a response that may be stored: all but those of one connection or of a proxy (RFC 9111, 3.1, and RFC 9110, 7.6.1).
/// </summary>
internal static class EndToEnd
{
    private static readonly FrozenSet<string> HopByHop = new[]
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Proxy-Authenticate", "Proxy-Authentication-Info", "Proxy-Authorization",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static KeyValuePair<string, string[]>[] Headers(HttpResponseHeaders headers) => Copy(headers, OfConnection(headers));

    /// <param name="response">The response.</param>
    /// <param name="keepsLength">Whether Content-Length is kept too; for a body that is kept it is computed again.</param>
    public static KeyValuePair<string, string[]>[] ContentHeaders(HttpResponseMessage response, bool keepsLength)
    {
        var dropped = OfConnection(response.Headers);
        if (!keepsLength)
        {
            dropped.Add("Content-Length");
        }

        return Copy(response.Content.Headers, dropped);
    }

    /// <summary>What the Connection field names belongs to the connection too.</summary>
    private static HashSet<string> OfConnection(HttpResponseHeaders headers)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (headers.NonValidated.TryGetValues("Connection", out var lines))
        {
            const StringSplitOptions Options = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
            names.UnionWith(lines.SelectMany(static line => line.Split(',', Options)));
        }

        return names;
    }

    private static KeyValuePair<string, string[]>[] Copy(HttpHeaders headers, HashSet<string> dropped) =>
    [
        .. from header in headers.NonValidated
           where !HopByHop.Contains(header.Key) && !dropped.Contains(header.Key)
           select KeyValuePair.Create(header.Key, header.Value.ToArray()),
    ];
}
