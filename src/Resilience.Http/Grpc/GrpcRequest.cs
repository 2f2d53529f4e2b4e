namespace Resilience.Http.Grpc;

/// <summary>Which requests are gRPC calls, and what they call.</summary>
internal static class GrpcRequest
{
    private const string MediaType = "application/grpc";

    /// <summary>
    /// Whether the request is a gRPC call, gRPC-Web included. Every gRPC call is a POST with <c>TE: trailers</c>. That is asked for first:
    /// it costs other requests next to nothing, and the text of a Content-Type has to be made again for each request that set it as an
    /// object.
    /// </summary>
    public static bool Is(HttpRequestMessage request) =>
        request.Content is { } content
        && request.Method == HttpMethod.Post
        && request.Headers.NonValidated.Contains("TE")
        && MediaTypeOf(content) is not null;

    /// <summary>The media type of a gRPC message without its parameters; <see langword="null"/> if it is another's.</summary>
    public static string? MediaTypeOf(HttpContent content)
    {
        if (!content.Headers.NonValidated.TryGetValues("Content-Type", out var values))
        {
            return null;
        }

        var type = values.ToString().Split(';')[0].Trim();
        return type.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase)
            && (type.Length == MediaType.Length || type[MediaType.Length] is '+' or '-') ? type : null;
    }

    /// <summary>
    /// Whether the request calls one of these methods: <c>greet.Greeter/SayHello</c>, or <c>greet.Greeter</c> for all of a service.
    /// </summary>
    public static bool CallsOneOf(IList<string> names, Uri? uri)
    {
        if (names.Count == 0 || uri is not { IsAbsoluteUri: true })
        {
            return false;
        }

        // The last two segments: a gateway may serve gRPC below a path of its own.
        var path = uri.AbsolutePath.AsSpan();
        var methodBegins = path.LastIndexOf('/') + 1;
        var serviceBegins = methodBegins < 2 ? 0 : path[..(methodBegins - 1)].LastIndexOf('/') + 1;
        var method = path[serviceBegins..];
        var service = path[serviceBegins..Math.Max(serviceBegins, methodBegins - 1)];
        foreach (var each in names)
        {
            var name = each.AsSpan().TrimStart('/');
            if (name.SequenceEqual(method) || (!name.Contains('/') && name.SequenceEqual(service)))
            {
                return true;
            }
        }

        return false;
    }
}
