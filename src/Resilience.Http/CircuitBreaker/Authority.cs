using System.Diagnostics.CodeAnalysis;

namespace Resilience.Http.CircuitBreaker;

/// <summary>Scheme, host and port of a service as text: <c>https://payments.internal</c>, <c>http://[::1]:8080</c>.</summary>
internal static class Authority
{
    /// <summary>Stands for all authorities of a service, where one circuit serves them all.</summary>
    public const string Whole = "*";

    private const string SchemeEnd = "://";

    /// <summary>The authority of a URI: lower case, international names in their ASCII form, the default port left out.</summary>
    public static string Of(Uri uri)
    {
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return uri.IsDefaultPort ? $"{uri.Scheme}{SchemeEnd}{host}" : $"{uri.Scheme}{SchemeEnd}{host}:{uri.Port}";
    }

    /// <summary>
    /// Whether the text of a URI begins with an authority that <see cref="Of"/> made. A URI may spell its authority otherwise (in capitals,
    /// with a user name or the default port), so a no says nothing.
    /// </summary>
    public static bool Begins(Uri uri, string authority)
    {
        var text = uri.OriginalString;
        return text.StartsWith(authority, StringComparison.Ordinal) && (text.Length == authority.Length || text[authority.Length] is '/' or '?' or '#');
    }

    /// <summary>The authority as the URI happens to spell it, cut out without a copy: see <see cref="Begins"/>.</summary>
    public static ReadOnlySpan<char> SpeltIn(Uri uri)
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

    /// <summary>Reads an authority that somebody typed: any absolute URI with a host will do.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out string? authority)
    {
        authority = text == Whole ? Whole : null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0)
        {
            authority = Of(uri);
        }

        return authority is not null;
    }
}
