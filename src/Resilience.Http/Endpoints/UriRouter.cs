using Resilience.Http.Requests;

namespace Resilience.Http.Endpoints;

/// <summary>
/// Puts the address of an endpoint in the place of the base address. The rest of the path, the query and the fragment stay as they are,
/// byte for byte: an escaped slash stays escaped, and dots that the caller kept stay too.
/// </summary>
internal sealed class UriRouter
{
    private readonly string _scheme;
    private readonly string _host;
    private readonly int _port;
    private readonly string _path;

    /// <param name="baseAddress">What requests begin with. A path that lacks the final <c>/</c> is taken as if it had one.</param>
    public UriRouter(Uri baseAddress)
    {
        _scheme = HttpScheme(baseAddress.Scheme);
        _host = baseAddress.IdnHost;
        _port = baseAddress.Port;
        _path = baseAddress.AbsolutePath.EndsWith('/') ? baseAddress.AbsolutePath : $"{baseAddress.AbsolutePath}/";
        HostHeader = IsAddress(baseAddress) ? null : HostOf(baseAddress);
    }

    /// <summary>The host that the base address names, with its port; <see langword="null"/> if it is an IP address.</summary>
    public string? HostHeader { get; }

    /// <summary>The part of a request's URI behind the base address.</summary>
    /// <param name="uri">The URI of the request.</param>
    /// <param name="pathAndQuery">Its path and query as they are sent.</param>
    /// <param name="rest">Begins with <c>/</c> or <c>?</c>, or is empty.</param>
    /// <returns>Whether the URI lies under the base address.</returns>
    public bool TryGetRest(Uri uri, string pathAndQuery, out ReadOnlySpan<char> rest)
    {
        rest = default;
        if (!IsSameAuthority(uri))
        {
            return false;
        }

        var stem = _path.Length - 1; // without the final slash
        if (!pathAndQuery.AsSpan().StartsWith(_path.AsSpan(0, stem), StringComparison.Ordinal))
        {
            return false;
        }

        rest = pathAndQuery.AsSpan(stem);
        return rest.IsEmpty || rest[0] is '/' or '?';
    }

    /// <summary>The URI of a request at an endpoint.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="original">The URI that the caller asked for.</param>
    /// <param name="rest">Its part behind the base address.</param>
    /// <param name="setsHost">See <see cref="RoutedUri.SetsHost"/>.</param>
    public static RoutedUri Route(Endpoint endpoint, Uri original, ReadOnlySpan<char> rest, bool setsHost)
    {
        var start = original.UserInfo is { Length: > 0 } user
            ? endpoint.Prefix.Replace("://", $"://{user}@", StringComparison.Ordinal)
            : endpoint.Prefix;
        var uri = new RoutedUri(string.Concat(start, rest, original.Fragment), original) { SetsHost = setsHost };
        return Keeps(uri, endpoint, rest)
            ? uri
            // The caller's URI is sent as it was written. Such a URI has no fragment.
            : new RoutedUri(string.Concat(start, Rooted(endpoint, rest), rest), original, AsWritten) { SetsHost = setsHost };
    }

    /// <summary>The host of a URI as a <c>Host</c> header names it.</summary>
    public static string HostOf(Uri uri) => uri.IsDefaultPort ? uri.IdnHost : $"{uri.IdnHost}:{uri.Port}";

    public static bool IsAddress(Uri uri) => uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6;

    private static UriCreationOptions AsWritten => new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>A URI that is sent as it was written gets no slash of its own.</summary>
    private static string Rooted(Endpoint endpoint, ReadOnlySpan<char> rest) =>
        endpoint.Path.Length == 0 && !rest.StartsWith("/") ? "/" : "";

    private static bool Keeps(Uri uri, Endpoint endpoint, ReadOnlySpan<char> rest)
    {
        var sent = uri.PathAndQuery.AsSpan();
        var root = Rooted(endpoint, rest).Length;
        return sent.Length == endpoint.Path.Length + root + rest.Length
            && sent.StartsWith(endpoint.Path, StringComparison.Ordinal)
            && sent.EndsWith(rest, StringComparison.Ordinal);
    }

    private bool IsSameAuthority(Uri uri) =>
        uri.Port == _port
        && string.Equals(uri.IdnHost, _host, StringComparison.OrdinalIgnoreCase)
        && HttpScheme(uri.Scheme) == _scheme;

    /// <summary>A WebSocket handshake is an HTTP request to the same host (RFC 6455, 4.1).</summary>
    private static string HttpScheme(string scheme) => scheme switch
    {
        "ws" => Uri.UriSchemeHttp,
        "wss" => Uri.UriSchemeHttps,
        _ => scheme,
    };
}
