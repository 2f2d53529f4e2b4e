namespace Resilience.Http.Telemetry;

/// <summary>Methods as a tag: the ones of RFC 9110 and RFC 5789, all others as <c>_OTHER</c>, so that no caller can make up new series.</summary>
internal static class HttpMethods
{
    public static string Known(HttpMethod method) => method.Method switch
    {
        "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "PATCH" or "OPTIONS" or "TRACE" or "CONNECT" => method.Method,
        _ => "_OTHER",
    };
}
