using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Resilience.Http.Dashboard.Access;

/// <summary>
/// Whether a request was sent by a page of this site. Browsers say so in <c>Sec-Fetch-Site</c>, over plain HTTP only in <c>Origin</c>
/// (<see href="https://www.w3.org/TR/fetch-metadata/"/>). A request with neither is not from a browser's page.
/// </summary>
internal static class SameOrigin
{
    public static bool Sent(HttpRequest request) => request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site
        ? site is ["same-origin"]
        : Uri.TryCreate(request.Headers[HeaderNames.Origin], UriKind.Absolute, out var origin)
            && string.Equals(origin.Authority, Authority(request), StringComparison.OrdinalIgnoreCase);

    /// <summary>Without the default port, as an origin has none.</summary>
    private static string Authority(HttpRequest request) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var own) ? own.Authority : "";
}
