using Resilience.Http.Requests;

namespace Resilience.Http.Pipeline;

/// <summary>A redirect that the primary handler followed: the URI it was given, and the one it ended with.</summary>
internal sealed record Redirect(Uri From, Uri To)
{
    private const string Http = "http://";
    private const string Https = "https://";

    /// <summary>
    /// Whether it led to another authority. An upgrade from http to https on the default ports does not: it is the same host, and all of
    /// its responses come by that redirect.
    /// </summary>
    public bool LeavesAuthority =>
        From is { IsAbsoluteUri: true }
        && To is { IsAbsoluteUri: true }
        && Authority.From(From) is var from
        && Authority.From(To) is var to
        && from != to
        && !(From.IsDefaultPort && To.IsDefaultPort && IsUpgrade(from, to));

    private static bool IsUpgrade(string from, string to) =>
        from.StartsWith(Http, StringComparison.Ordinal)
        && to.StartsWith(Https, StringComparison.Ordinal)
        && from.AsSpan(Http.Length).SequenceEqual(to.AsSpan(Https.Length));
}
