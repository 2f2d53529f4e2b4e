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

    /// <summary>The name the client is registered under.</summary>
    public string ServiceName { get; }

    /// <summary>The request of the caller, as the last attempt has left it: a redirect or an inner handler may have changed it.</summary>
    public HttpRequestMessage Request { get; }

    /// <summary>Why the fallback is asked.</summary>
    public FallbackCause Cause { get; }

    /// <summary>
    /// The last response, or <see langword="null"/> if the call ended with an exception. It is disposed when the fallback answers.
    /// </summary>
    public HttpResponseMessage? Response { get; }

    /// <summary>The exception the call ended with, or <see langword="null"/> if it ended with a response.</summary>
    public Exception? Exception { get; }

    /// <summary>How many attempts were made, refused ones included.</summary>
    public int Attempts { get; }
}
