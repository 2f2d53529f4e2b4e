namespace Resilience.Http;

/// <summary>The call that failed, as a fallback delegate sees it.</summary>
public sealed class FallbackContext
{
    internal FallbackContext(
        string serviceName,
        HttpRequestMessage request,
        FallbackCause cause,
        HttpResponseMessage? response,
        Exception? exception,
        int attempts)
    {
        ServiceName = serviceName;
        Request = request;
        Cause = cause;
        Response = response;
        Exception = exception;
        Attempts = attempts;
    }

    /// <summary>The name of the client.</summary>
    public string ServiceName { get; }

    /// <summary>The caller's request as the last attempt left it. A redirect or a handler inside the chain may have changed it.</summary>
    public HttpRequestMessage Request { get; }

    /// <summary>Why the fallback is called.</summary>
    public FallbackCause Cause { get; }

    /// <summary>
    /// The last response, or <see langword="null"/> if the call ended with an exception. It is disposed when the fallback answers.
    /// </summary>
    public HttpResponseMessage? Response { get; }

    /// <summary>The exception that the call ended with, or <see langword="null"/> if it ended with a response.</summary>
    public Exception? Exception { get; }

    /// <summary>The number of attempts, including refused ones.</summary>
    public int Attempts { get; }
}
