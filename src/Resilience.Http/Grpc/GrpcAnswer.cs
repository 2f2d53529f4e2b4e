using System.Globalization;
using System.Net;
using System.Text;

namespace Resilience.Http.Grpc;

/// <summary>A failure of the chain as a gRPC response: 200 without a body, the status among its headers (trailers-only).</summary>
internal static class GrpcAnswer
{
    private const string Rejected = "Resilience-Rejected";

    /// <summary>Gives a failure of the chain to the caller as a response; all others as they are.</summary>
    public static async Task<HttpResponseMessage> InPlaceOfFailure(Task<HttpResponseMessage> call, HttpRequestMessage request)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IGrpcFailure)
        {
            return To(request, ((IGrpcFailure)exception).Failure);
        }
    }

    public static HttpResponseMessage To(HttpRequestMessage request, GrpcFailure failure)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Version = request.Version, // The client takes a lower one for a proxy that does not know gRPC.
            Content = new ByteArrayContent([]),
        };
        if (request.Content is { } asked && GrpcRequest.MediaTypeOf(asked) is { } type)
        {
            response.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        var headers = response.Headers;
        headers.TryAddWithoutValidation(GrpcHeaders.Status, ((int)failure.Status).ToString(CultureInfo.InvariantCulture));
        headers.TryAddWithoutValidation(GrpcHeaders.Message, Encode(failure.Message));
        if (failure.Pushback is { } wait)
        {
            headers.TryAddWithoutValidation(GrpcHeaders.Pushback, Milliseconds(wait));
        }

        if (failure.Rejected is { } rejected)
        {
            headers.TryAddWithoutValidation(Rejected, rejected);
        }

        return response;
    }

    /// <summary>Rounded up: a caller that waits that long is not early. The header holds an int.</summary>
    private static string Milliseconds(TimeSpan wait) =>
        (wait < TimeSpan.Zero ? -1 : (int)Math.Min(int.MaxValue, Math.Ceiling(wait.TotalMilliseconds))).ToString(
            CultureInfo.InvariantCulture);

    /// <summary>All but printable ASCII as the percent-encoded bytes of UTF-8, and the percent sign too.</summary>
    private static string Encode(string message)
    {
        var text = new StringBuilder(message.Length);
        foreach (var each in Encoding.UTF8.GetBytes(message))
        {
            if (each is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                text.Append((char)each);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"%{each:X2}");
            }
        }

        return text.ToString();
    }
}
