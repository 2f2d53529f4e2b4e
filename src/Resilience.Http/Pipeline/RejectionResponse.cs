using System.Globalization;
using System.Net;

namespace Resilience.Http.Pipeline;

/// <summary>
/// A local refusal as a response, with <c>Retry-After</c> if an end is known (RFC 9110, 10.2.3), and a header that tells it from the
/// service's own response.
/// </summary>
internal static class RejectionResponse
{
    public const string Header = "Resilience-Rejected";

    public static HttpResponseMessage Create(HttpRequestMessage request, HttpStatusCode status, string reason, TimeSpan? retryAfter)
    {
        var response = new HttpResponseMessage(status) { RequestMessage = request, Version = request.Version };
        response.Headers.TryAddWithoutValidation(Header, reason);
        if (retryAfter is { } wait)
        {
            var seconds = (long)Math.Ceiling(wait.TotalSeconds); // Whole seconds only: rounded up, no caller comes back early.
            response.Headers.TryAddWithoutValidation("Retry-After", seconds.ToString(CultureInfo.InvariantCulture));
        }

        return response;
    }
}
