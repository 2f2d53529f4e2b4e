using System.Net;
using System.Net.Http.Headers;

namespace Resilience.Http.Tests.Grpc;

/// <summary>gRPC requests and responses as Grpc.Net.Client and its servers make them.</summary>
internal static class GrpcWorld
{
    public static HttpRequestMessage Call(
        string method = "greet.Greeter/SayHello", string? timeout = null, string type = "application/grpc")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"https://greeter.internal/{method}")
        {
            Version = HttpVersion.Version20,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (timeout is not null)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", timeout);
        }

        return request;
    }

    /// <summary>A response that ends with its headers.</summary>
    public static HttpResponseMessage TrailersOnly(string status, string? pushback = null)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Version = HttpVersion.Version20 };
        response.Headers.TryAddWithoutValidation("grpc-status", status);
        if (pushback is not null)
        {
            response.Headers.TryAddWithoutValidation("grpc-retry-pushback-ms", pushback);
        }

        return response;
    }
}
