using Resilience.Http.Requests;

namespace Resilience.Http.Fallback;

/// <summary>
/// The addresses that one answer concerns: the one that the caller asked, the one that was sent, and the one that a redirect led to.
/// </summary>
internal static class StaleAddresses
{
    public static string[] From(in EndedCall ended) =>
    [
        .. new[]
        {
            ended.Call.Address,
            ended.Call.Sent?.Address ?? "",
            Normalize((ended.Response?.RequestMessage ?? ended.Request).RequestUri),
        }.Where(static address => address.Length > 0).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>
    /// What a change has put out of date: its own addresses, those that earlier attempts were redirected to, and those that
    /// <c>Location</c> and <c>Content-Location</c> name, if they are of the same origin (RFC 9111, 4.4): one origin must not remove
    /// another's.
    /// </summary>
    public static string[] ChangedBy(in EndedCall ended)
    {
        string[] own = [.. From(ended), .. ended.Context.Earlier.Redirects.Select(static redirect => Normalize(redirect.To))];
        var named = ended.Response is { } response ? own.SelectMany(address => Named(address, response)) : [];
        return [.. own.Concat(named).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>
    /// A URI as answers are removed by it: one text for each resource, however its host is written, without what is not sent (the user name
    /// and the fragment).
    /// </summary>
    public static string Normalize(Uri? uri) =>
        RoutedUri.OriginalOf(uri) is { IsAbsoluteUri: true } asked
            ? Authority.From(asked) + asked.PathAndQuery
            : uri?.OriginalString ?? "";

    private static IEnumerable<string> Named(string address, HttpResponseMessage response)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var origin))
        {
            yield break;
        }

        foreach (var named in new[] { response.Headers.Location, response.Content.Headers.ContentLocation })
        {
            if (named is not null && Uri.TryCreate(origin, named, out var target) && Authority.From(origin) == Authority.From(target))
            {
                yield return Normalize(target);
            }
        }
    }
}
