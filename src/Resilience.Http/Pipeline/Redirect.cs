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

    private bool IsSameHost => string.Equals(From.IdnHost, To.IdnHost, StringComparison.OrdinalIgnoreCase);

    private bool IsSameEndpoint => From.Port == To.Port && From.Scheme == To.Scheme;

    private bool IsUpgrade => From is { IsDefaultPort: true, Scheme: "http" } && To is { IsDefaultPort: true, Scheme: "https" };
}
