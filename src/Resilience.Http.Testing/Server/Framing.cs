using System.Net;

namespace Resilience.Http.Testing.Server;

/// <summary>Makes an answer one that a server can send to this request.</summary>
internal static class Framing
{
    public static HttpResponseMessage Apply(HttpResponseMessage response, HttpRequestMessage request)
    {
        response.RequestMessage = request;
        if (response.Version == HttpVersion.Version11)
        {
            response.Version = request.Version; // 1.1 is what every new response says
        }

        if (request.Method == HttpMethod.Head || response.StatusCode is HttpStatusCode.NotModified)
        {
            response.Content = WithoutBody(response.Content, keepHeaders: true);
        }
        else if (response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.ResetContent)
        {
            response.Content = WithoutBody(response.Content, keepHeaders: false);
        }

        return response;
    }

    /// <summary>RFC 9110, 8.6 and 15.4.5: the headers of an answer to HEAD, and of a 304, are those that the body would have had.</summary>
    private static ByteArrayContent WithoutBody(HttpContent content, bool keepHeaders)
    {
        var empty = new ByteArrayContent([]);
        if (keepHeaders)
        {
            var length = content.Headers.ContentLength; // computed by the content, and only then one of its headers
            foreach (var (name, values) in content.Headers.NonValidated)
            {
                empty.Headers.TryAddWithoutValidation(name, values);
            }

            empty.Headers.ContentLength = length is > 0 ? length : null;
        }

        content.Dispose();
        return empty;
    }
}
