using Resilience.Http.Grpc;
using Resilience.Http.Outcomes;
using Resilience.Http.Pipeline;

namespace Resilience.Http;

/// <summary>
/// The exception that is thrown if a request was not sent, because a limit of its client was reached. It is not retried, and circuits do
/// not count it.
/// </summary>
/// <remarks>
/// It is an <see cref="HttpRequestException"/>, so code that catches that keeps working. Its message is created when it is read.
/// </remarks>
public sealed class LimitExceededException : HttpRequestException, IServiceException, IGrpcFailure
{
    private readonly LimitRejection _rejection;

    internal LimitExceededException(LimitRejection rejection) => _rejection = rejection;

    /// <summary>The name of the client.</summary>
    public string ServiceName => _rejection.Service;

    /// <summary>The scheme, host and port of the request, or <c>*</c> if the limit applies to the whole service.</summary>
    public string Authority => _rejection.Authority;

    /// <summary>The limit that was reached.</summary>
    public HttpLimit Limit => _rejection.Limit;

    /// <summary>
    /// The time until the limit lets a request through, never negative. It is <see langword="null"/> if that is not known, as for a
    /// concurrency limit.
    /// </summary>
    public TimeSpan? RetryAfter => _rejection.RetryAfter;

    /// <inheritdoc/>
    public override string Message => _rejection.Message;

    GrpcFailure IGrpcFailure.Failure => _rejection.GrpcFailure;
}
