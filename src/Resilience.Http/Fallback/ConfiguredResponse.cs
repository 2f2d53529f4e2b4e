using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Resilience.Http.Fallback;

/// <summary>The answer that configuration gives to a failed GET or HEAD.</summary>
internal static class ConfiguredResponse
{
    private const string UsualMediaType = "application/json";

    public static HttpResponseMessage? To(FailedCall call)
    {
        if (call.Options.StatusCode is not { } status)
        {
            return null;
        }

        var content = call.Options.Content is { } text && MayHaveContent(status)
            ? new StringContent(text, Encoding.UTF8, TypeOf(call.Options))
            : null;
        var answer = new HttpResponseMessage(status) { Content = content, RequestMessage = call.Request, Version = call.Request.Version };
        return call.Asked.Method == HttpMethod.Head ? WithoutBody(answer) : answer;
    }

    /// <summary>These statuses never have content (RFC 9110, 15.3.5, 15.3.6 and 15.4.5).</summary>
    private static bool MayHaveContent(HttpStatusCode status) =>
        status is not (HttpStatusCode.NoContent or HttpStatusCode.ResetContent or HttpStatusCode.NotModified);

    /// <summary>The media type may have parameters of its own, but the text is sent as UTF-8 whatever they say.</summary>
    private static MediaTypeHeaderValue TypeOf(HttpFallbackOptions options)
    {
        var type = MediaTypeHeaderValue.Parse(options.MediaType ?? UsualMediaType);
        type.CharSet = Encoding.UTF8.WebName;
        return type;
    }

    /// <summary>The headers that the GET would have had (RFC 9110, 9.3.2), and no body.</summary>
    private static HttpResponseMessage WithoutBody(HttpResponseMessage answer)
    {
        var body = answer.Content;
        answer.Content = new ByteArrayContent([]);
        answer.Content.Headers.ContentType = body.Headers.ContentType;
        answer.Content.Headers.ContentLength = body.Headers.ContentLength;
        body.Dispose();
        return answer;
    }
}
