using System.Globalization;
using System.Net.Http.Headers;

namespace Resilience.Http.Grpc;

/// <summary>The headers of gRPC over HTTP/2: <see href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md"/>.</summary>
internal static class GrpcHeaders
{
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";

    /// <summary>
    /// How long the client's retry policy is to wait; negative for never:
    /// <see href="https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback"/>.
    /// </summary>
    public const string Pushback = "grpc-retry-pushback-ms";

    /// <summary>
    /// The status of a response that ended with its headers (trailers-only); <see langword="null"/> if it comes in the trailers after the
    /// body. A code that the specification does not have is UNKNOWN.
    /// </summary>
    public static GrpcStatus? StatusOf(HttpResponseMessage response)
    {
        if (Find(response.Headers, Status) is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code <= (int)GrpcStatus.Unauthenticated
            ? (GrpcStatus)code
            : GrpcStatus.Unknown;
    }

    /// <summary>
    /// The wait that the server asks the client for, negative for "do not repeat"; <see langword="null"/> if it does not ask.
    /// </summary>
    public static TimeSpan? PushbackOf(HttpResponseMessage response)
    {
        if (Find(response.Headers, Pushback) is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : TimeSpan.FromMilliseconds(-1); // What cannot be read means "do not repeat" (A6).
    }

    /// <summary>How long the server asks to be left alone.</summary>
    public static TimeSpan? WaitAskedBy(HttpResponseMessage? response) =>
        response is not null && PushbackOf(response) is { } wait && wait >= TimeSpan.Zero ? wait : null;

    /// <summary>
    /// The time that the caller gives the whole call, such as <c>100m</c>; <see langword="null"/> if there is none, or none that can be
    /// read.
    /// </summary>
    public static TimeSpan? TimeoutOf(HttpRequestMessage request) => Find(request.Headers, Timeout) is { } text ? ParseTimeout(text) : null;

    /// <summary>Reads a value of <c>grpc-timeout</c>: at most 8 digits and a unit.</summary>
    public static TimeSpan? ParseTimeout(ReadOnlySpan<char> text)
    {
        if (text.Length is < 2 or > 9 || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return null;
        }

        return text[^1] switch
        {
            'H' => TimeSpan.FromHours(value),
            'M' => TimeSpan.FromMinutes(value),
            'S' => TimeSpan.FromSeconds(value),
            'm' => TimeSpan.FromMilliseconds(value),
            'u' => TimeSpan.FromMicroseconds(value),
            'n' => TimeSpan.FromTicks(value / TimeSpan.NanosecondsPerTick),
            _ => null,
        };
    }

    private static string? Find(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) && values.Count == 1 ? values.ToString().Trim() : null;
}
