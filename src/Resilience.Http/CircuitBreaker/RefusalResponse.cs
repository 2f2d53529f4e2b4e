using System.Net;
using Resilience.Http.CircuitBreaker.States;
using Resilience.Http.Grpc;
using Resilience.Http.Pipeline;

namespace Resilience.Http.CircuitBreaker;

/// <summary>The refusal of a circuit as a response.</summary>
internal static class RefusalResponse
{
    public static HttpResponseMessage To(HttpRequestMessage request, CircuitRefusal refusal) =>
        RejectionResponse.Create(request, HttpStatusCode.ServiceUnavailable, refusal.State.Text(), refusal.RetryAfter);

    /// <summary>The same for a gRPC client. If only a person ends the state, its retry policy has nothing to wait for.</summary>
    public static GrpcFailure ForGrpc(CircuitRefusal refusal) =>
        new(GrpcStatus.Unavailable, RefusalText.Format(refusal), refusal.RetryAfter ?? GrpcFailure.Never, refusal.State.Text());
}
