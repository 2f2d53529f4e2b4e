namespace Resilience.Http.Tracing;

/// <summary>
/// The value of <c>error.type</c> for an exception, the same as HttpClient's own spans and metrics have:
/// <see href="https://opentelemetry.io/docs/specs/semconv/http/http-spans/"/>.
/// </summary>
internal static class ErrorTypes
{
    public static string Find(Exception exception) => exception is HttpRequestException failed
        ? Find(failed.HttpRequestError) ?? TypeName(exception)
        : TypeName(exception);

    private static string? Find(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "name_resolution_error",
        HttpRequestError.ConnectionError => "connection_error",
        HttpRequestError.SecureConnectionError => "secure_connection_error",
        HttpRequestError.HttpProtocolError => "http_protocol_error",
        HttpRequestError.ExtendedConnectNotSupported => "extended_connect_not_supported",
        HttpRequestError.VersionNegotiationError => "version_negotiation_error",
        HttpRequestError.UserAuthenticationError => "user_authentication_error",
        HttpRequestError.ProxyTunnelError => "proxy_tunnel_error",
        HttpRequestError.InvalidResponse => "invalid_response",
        HttpRequestError.ResponseEnded => "response_ended",
        HttpRequestError.ConfigurationLimitExceeded => "configuration_limit_exceeded",
        _ => null,
    };

    private static string TypeName(Exception exception) => exception.GetType().FullName ?? exception.GetType().Name;
}
