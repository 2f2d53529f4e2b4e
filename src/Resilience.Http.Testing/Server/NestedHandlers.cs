namespace Resilience.Http.Testing.Server;

/// <summary>The handlers that a call goes through.</summary>
internal static class NestedHandlers
{
    /// <summary>A handler and those inside it, outermost first.</summary>
    public static IEnumerable<HttpMessageHandler> From(HttpMessageHandler? handler)
    {
        for (; handler is not null; handler = (handler as DelegatingHandler)?.InnerHandler)
        {
            yield return handler;
        }
    }
}
