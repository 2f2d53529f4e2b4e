using Resilience.Http.Grpc;
using Resilience.Http.Outcomes;

namespace Resilience.Http;

/// <summary>
/// A time limit of a resilient client ran out. Code that catches <see cref="TaskCanceledException"/> for HttpClient's own timeout catches
/// it too: its inner exception is a <see cref="TimeoutException"/> and its token is <see cref="CancellationToken.None"/>. A cancellation by
/// the caller is never reported as this.
/// </summary>
public sealed class RequestTimedOutException : TaskCanceledException, IRephrasable, IServiceException, IGrpcFailure
{
    /// <summary>Makes the exception; for tests of code that handles it.</summary>
    /// <param name="message">What happened, to which service, and what to do.</param>
    /// <param name="serviceName">The service that was called.</param>
    /// <param name="timeout">The limit that ran out.</param>
    /// <param name="scope">Which limit it was.</param>
    /// <param name="innerException">What the cut attempt ended with, if anything; becomes the inner exception of the
    /// <see cref="TimeoutException"/>.</param>
    public RequestTimedOutException(
        string message, string serviceName, TimeSpan timeout, TimeoutScope scope, Exception? innerException = null)
        : base(message, new TimeoutException(message, innerException))
    {
        ServiceName = serviceName;
        Timeout = timeout;
        Scope = scope;
    }

    /// <summary>The name under which the client is registered.</summary>
    public string ServiceName { get; }

    /// <summary>The limit that ran out, as it was set; or what was left when the call began of a deadline that it inherited.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Which limit ran out, such as that of the whole call or of one attempt.</summary>
    public TimeoutScope Scope { get; }

    GrpcFailure IGrpcFailure.Failure => new(GrpcStatus.DeadlineExceeded, Message);

    Exception IRephrasable.Rephrase(string message) => new RequestTimedOutException(message, ServiceName, Timeout, Scope, this);
}
