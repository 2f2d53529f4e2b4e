using System.Globalization;
using System.Net;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Grpc;

namespace Resilience.Http.CircuitBreaker;

/// <summary>
/// A refusal as a response: 503 with <c>Retry-After</c> where an end is known (RFC 9110, 10.2.3), and a header that tells it from the
/// service's own 503.
/// </summary>
internal static class RefusalResponse
{
    public const string Header = "Resilience-Rejected";

    public static HttpResponseMessage To(HttpRequestMessage request, CircuitRefusal refusal)
    {
        var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request, Version = request.Version };
        response.Headers.TryAddWithoutValidation(Header, refusal.State.Text());
        if (refusal.RetryAfter is { } wait)
        {
            var seconds = (long)Math.Ceiling(wait.TotalSeconds); // Whole seconds only: rounded up, whoever waits that long is not early.
            response.Headers.TryAddWithoutValidation("Retry-After", seconds.ToString(CultureInfo.InvariantCulture));
        }

        return response;
    }

    /// <summary>The same for a gRPC client. If nothing but a person ends the state, its retry policy has nothing to wait for.</summary>
    public static GrpcFailure ForGrpc(CircuitRefusal refusal) =>
        new(GrpcStatus.Unavailable, RefusalText.Format(refusal), refusal.RetryAfter ?? GrpcFailure.Never, refusal.State.Text());
}
