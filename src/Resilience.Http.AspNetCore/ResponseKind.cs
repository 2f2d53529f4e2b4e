using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Resilience.Http.AspNetCore;

/// <summary>What kind of response begins.</summary>
internal static class ResponseKind
{
    /// <summary>
    /// Whether the response stays open for as long as both sides want, such as a WebSocket or server-sent events: the deadline of the
    /// request has been met when it begins.
    /// </summary>
    public static bool IsStream(HttpContext context) =>
        context.Response.StatusCode == StatusCodes.Status101SwitchingProtocols
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } // WebSockets over HTTP/2 and HTTP/3
        || context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;
}
