namespace Resilience.Http;

/// <summary>
/// How one attempt ended: with a response or with an exception. Given to <see cref="ResilientHttpClientOptions.ClassifyOutcome"/>.
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

    /// <summary>The request as it stands after the attempt; a redirect may have changed its URI and method.</summary>
    public HttpRequestMessage Request { get; }

    /// <summary>
    /// The response, or <see langword="null"/> if the attempt ended with an exception. Read its status and headers; leave the body to the
    /// caller.
    /// </summary>
    public HttpResponseMessage? Response { get; }

    /// <summary>The exception, or <see langword="null"/> if the attempt ended with a response.</summary>
    public Exception? Exception { get; }

    /// <summary>Which attempt of its call this is: 1 for the first, 2 for the first retry.</summary>
    public int AttemptNumber { get; }
}
