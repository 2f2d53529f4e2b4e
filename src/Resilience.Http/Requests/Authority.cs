using System.Diagnostics.CodeAnalysis;

namespace Resilience.Http.Requests;

/// <summary>Scheme, host and port of a service as text: <c>https://payments.internal</c>, <c>http://[::1]:8080</c>.</summary>
internal static class Authority
{
    /// <summary>Stands for all authorities of a service, if one circuit serves them all.</summary>
    public const string AnyAuthority = "*";

    private const string SchemeEnd = "://";

    /// <summary>
    /// The authority of a URI, so that one host has one name: lower case, international names in their ASCII form, without the default port
    /// and without the dot that ends a fully qualified name. A WebSocket handshake is an HTTP request to the same host (RFC 6455, 4.1), so
    /// <c>ws</c> is <c>http</c>. An IPv6 address keeps its scope: the same link-local address on two interfaces is two hosts.
    /// </summary>
    public static string From(Uri uri)
    {
        var scheme = HttpScheme(uri.Scheme);
        var host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{Unescaped(uri.IdnHost)}]" : WithoutFinalDot(uri.IdnHost);
        return uri.IsDefaultPort ? $"{scheme}{SchemeEnd}{host}" : $"{scheme}{SchemeEnd}{host}:{uri.Port}";
    }

    /// <summary>The authority for messages; <see langword="null"/> if there is no URI or it is relative. See <see cref="From"/>.</summary>
    public static string? Find(Uri? uri) => uri is { IsAbsoluteUri: true } ? From(uri) : null;

    /// <summary>
    /// Whether the text of a URI begins with an authority that <see cref="From"/> made. A URI may spell its authority otherwise (in
    /// capitals, with a user name or the default port), so a no says nothing.
    /// </summary>
    public static bool Begins(Uri uri, string authority)
    {
        var text = uri.OriginalString;
        return text.AsSpan().StartsWith(authority) // As spans, so that the comparison is inlined.
            && (text.Length == authority.Length || text[authority.Length] is '/' or '?' or '#');
    }

    /// <summary>The authority as the URI happens to spell it, cut out without a copy: see <see cref="Begins"/>.</summary>
    public static ReadOnlySpan<char> SliceFrom(Uri uri)
    {
        var text = uri.OriginalString.AsSpan();
        var scheme = text.IndexOf(SchemeEnd);
        if (scheme < 0)
        {
            return default;
        }

        var host = scheme + SchemeEnd.Length;
        var length = text[host..].IndexOfAny('/', '?', '#');
        return length < 0 ? text : text[..(host + length)];
    }

    /// <summary>Reads an authority that a user typed: any absolute URI with a host will do.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out string? authority)
    {
        authority = text == AnyAuthority ? AnyAuthority : null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0)
        {
            authority = From(uri);
        }

        return authority is not null;
    }

    private static string HttpScheme(string scheme) => scheme switch
    {
        "ws" => Uri.UriSchemeHttp,
        "wss" => Uri.UriSchemeHttps,
        _ => scheme,
    };

    /// <summary>A scope may be written <c>%eth0</c>, or <c>%25eth0</c> as RFC 6874 asks.</summary>
    private static string Unescaped(string address) => address.Replace("%25", "%", StringComparison.Ordinal);

    private static string WithoutFinalDot(string host) => host.EndsWith('.') ? host[..^1] : host;
}
