using Resilience.Http.Grpc;
using Resilience.Http.Outcomes;

namespace Resilience.Http;

/// <summary>
/// The exception that is thrown if a time limit of a resilient client has passed. It looks like HttpClient's own timeout, so code that
/// catches that works: its inner exception is a <see cref="TimeoutException"/>, and its token is <see cref="CancellationToken.None"/>. A
/// cancellation by the caller never becomes this exception.
/// </summary>
public sealed class RequestTimedOutException : TaskCanceledException, IRephrasable, IServiceException, IGrpcFailure
{
    /// <summary>Creates the exception, for tests of code that handles it.</summary>
    /// <param name="message">What happened, to which service, and what to do.</param>
    /// <param name="serviceName">The service that was called.</param>
    /// <param name="timeout">The limit that has passed.</param>
    /// <param name="scope">Which limit it was.</param>
    /// <param name="innerException">
    /// The exception that the attempt ended with, or <see langword="null"/>. It becomes the inner exception of the
    /// <see cref="TimeoutException"/>.
    /// </param>
    public RequestTimedOutException(
        string message, string serviceName, TimeSpan timeout, TimeoutScope scope, Exception? innerException = null)
        : base(message, new TimeoutException(message, innerException))
    {
        ServiceName = serviceName;
        Timeout = timeout;
        Scope = scope;
    }

    /// <summary>The name of the client.</summary>
    public string ServiceName { get; }

    /// <summary>
    /// The length of the limit that has passed. For an inherited deadline, it is the time that was left when the call began.
    /// </summary>
    public TimeSpan Timeout { get; }

    /// <summary>The limit that has passed, such as that of the whole call or of one attempt.</summary>
    public TimeoutScope Scope { get; }

    GrpcFailure IGrpcFailure.Failure => new(GrpcStatus.DeadlineExceeded, Message);

    Exception IRephrasable.Rephrase(string message) => new RequestTimedOutException(message, ServiceName, Timeout, Scope, this);
}
