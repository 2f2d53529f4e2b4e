namespace Resilience.Http.Fallback;

/// <summary>
/// The addresses that one answer concerns: the one that the caller asked, the one that was sent, and the one that a redirect led to.
/// </summary>
internal static class StaleAddresses
{
    public static string[] From(StaleCall call, HttpResponseMessage response) =>
        [.. All(call, response).Where(static address => address.Length > 0).Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// What a change has put out of date: its own addresses, and those that <c>Location</c> and <c>Content-Location</c> name, if they are
    /// of the same origin (RFC 9111, 4.4): one origin must not remove another's.
    /// </summary>
    public static string[] ChangedBy(StaleCall call, HttpResponseMessage response)
    {
        var own = From(call, response);
        var named = own.SelectMany(address => Named(address, response)).ToArray();
        return [.. own.Concat(named).Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> All(StaleCall call, HttpResponseMessage response) =>
        [call.Address, call.Sent?.Address ?? "", StaleKey.AddressOf(response.RequestMessage?.RequestUri)];

    private static IEnumerable<string> Named(string address, HttpResponseMessage response)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var origin))
        {
            yield break;
        }

        foreach (var named in new[] { response.Headers.Location, response.Content.Headers.ContentLocation })
        {
            if (named is not null && Uri.TryCreate(origin, named, out var target) && IsSameOrigin(origin, target))
            {
                yield return StaleKey.AddressOf(target);
            }
        }
    }

    private static bool IsSameOrigin(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;
}
