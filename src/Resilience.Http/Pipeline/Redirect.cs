namespace Resilience.Http.Pipeline;

/// <summary>A redirect that the primary handler followed: the URI it was given, and the one it ended with.</summary>
internal sealed record Redirect(Uri From, Uri To)
{
    /// <summary>
    /// Whether it led to another authority. An upgrade from http to https on the default ports does not: it is the same host, and all of
    /// its responses come by that redirect.
    /// </summary>
    public bool LeavesAuthority =>
        From is { IsAbsoluteUri: true }
        && To is { IsAbsoluteUri: true }
        && !(IsSameHost && (IsSameEndpoint || IsUpgrade));

    private bool IsSameHost => string.Equals(Host(From), Host(To), StringComparison.OrdinalIgnoreCase);

    private bool IsSameEndpoint => From.Port == To.Port && IsSecure(From) == IsSecure(To);

    private bool IsUpgrade => From.IsDefaultPort && To.IsDefaultPort && !IsSecure(From) && IsSecure(To);

    /// <summary>The dot that ends a fully qualified name does not make it another host.</summary>
    private static string Host(Uri uri) => uri.IdnHost.TrimEnd('.');

    private static bool IsSecure(Uri uri) => uri.Scheme is "https" or "wss";
}
