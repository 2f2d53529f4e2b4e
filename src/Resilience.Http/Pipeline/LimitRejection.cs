using System.Net;
using Resilience.Http.Grpc;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Pipeline;

/// <summary>Why a limit did not let a send through. The texts are made only if something reads them: rejecting stays cheap.</summary>
/// <param name="Service">The name of the service.</param>
/// <param name="Authority">The authority that the send was for, or <c>*</c> if the limit is that of the whole service.</param>
/// <param name="Limit">The limit.</param>
/// <param name="RetryAfter">How long until the limit lets a send through; <see langword="null"/> if that is unknown.</param>
internal abstract record LimitRejection(string Service, string Authority, HttpLimit Limit, TimeSpan? RetryAfter)
{
    /// <summary>The rejection in words: what, to whom, why, and what to do.</summary>
    public string Message => RetryAfter is { } wait
        ? $"{ServiceText.Format(Service, Authority)} was not called: {Reason}; next attempt possible in {DurationText.FormatWait(wait)}"
        : $"{ServiceText.Format(Service, Authority)} was not called: {Reason}";

    /// <summary>Which limit, its value, and what uses it up: <c>10 requests are in flight, the limit</c>.</summary>
    public abstract string Reason { get; }

    /// <summary>What an attempt comes to that the limit did not let through.</summary>
    public Task<HttpResponseMessage> ToOutcome(HttpRequestMessage request, HttpRejection how, bool isGrpc)
    {
        if (how == HttpRejection.Throw)
        {
            return Task.FromException<HttpResponseMessage>(new LimitExceededException(this));
        }

        return Task.FromResult(isGrpc ? GrpcAnswer.To(request, GrpcFailure) : ToResponse(request));
    }

    public GrpcFailure GrpcFailure =>
        new(Limit == HttpLimit.Concurrency ? GrpcStatus.Unavailable : GrpcStatus.ResourceExhausted, Message, RetryAfter, Limit.Text());

    public HttpResponseMessage ToResponse(HttpRequestMessage request) => RejectionResponse.Create(
        request,
        Limit == HttpLimit.Concurrency ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.TooManyRequests,
        Limit.Text(),
        RetryAfter);
}
