using Resilience.Http.Grpc;
using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;

namespace Resilience.Http;

/// <summary>
/// A request was not sent because a limit of its client was reached. It says nothing about the service and is not retried.
/// </summary>
/// <remarks>
/// A <see cref="HttpRequestException"/>, so code that catches that keeps working. Its message is put together when it is read.
/// </remarks>
public sealed class LimitExceededException : HttpRequestException, IServiceException, IGrpcFailure
{
    private readonly LimitRejection _rejection;

    internal LimitExceededException(LimitRejection rejection) => _rejection = rejection;

    /// <summary>The name the client is registered under.</summary>
    public string ServiceName => _rejection.Service;

    /// <summary>Scheme, host and port that the request was for, or <c>*</c> if the limit is that of the whole service.</summary>
    public string Authority => _rejection.Authority;

    /// <summary>The limit that was reached.</summary>
    public HttpLimit Limit => _rejection.Limit;

    /// <summary>
    /// How long until the limit lets a request through, never negative; <see langword="null"/> if that is unknown, as with requests in
    /// flight.
    /// </summary>
    public TimeSpan? RetryAfter => _rejection.RetryAfter;

    /// <inheritdoc/>
    public override string Message => _rejection.Message;

    GrpcFailure IGrpcFailure.Failure => _rejection.GrpcFailure;
}
