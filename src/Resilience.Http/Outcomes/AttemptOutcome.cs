namespace Resilience.Http;

/// <summary>
/// How one attempt ended: with a response or with an exception. This is the argument of
/// <see cref="ResilientHttpClientOptions.ClassifyOutcome"/>.
/// </summary>
public readonly struct AttemptOutcome
{
    internal AttemptOutcome(HttpRequestMessage request, HttpResponseMessage? response, Exception? exception, int attemptNumber = 1)
    {
        Request = request;
        Response = response;
        Exception = exception;
        AttemptNumber = attemptNumber;
    }

    /// <summary>The request as it is after the attempt. A redirect may have changed its URI and method.</summary>
    public HttpRequestMessage Request { get; }

    /// <summary>
    /// The response, or <see langword="null"/> if the attempt ended with an exception. Read only its status and headers, because the caller
    /// reads the body.
    /// </summary>
    public HttpResponseMessage? Response { get; }

    /// <summary>The exception, or <see langword="null"/> if the attempt ended with a response.</summary>
    public Exception? Exception { get; }

    /// <summary>The number of the attempt within its call: 1 for the first attempt, 2 for the first retry.</summary>
    public int AttemptNumber { get; }
}
