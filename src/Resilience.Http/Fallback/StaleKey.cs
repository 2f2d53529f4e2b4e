using System.Collections.Frozen;
using System.Text;
using Resilience.Http.Requests;

namespace Resilience.Http.Fallback;

/// <summary>
/// What an answer is kept under: method, URI and every header of the request but the ones that never choose an answer.
/// </summary>
/// <param name="Caller">The URI and every header that may distinguish callers.</param>
/// <param name="Variant">The method and the <c>Accept</c> headers: by these one caller asks for several forms of one thing.</param>
internal readonly record struct StaleKey(string Caller, string Variant)
{
    /// <summary>
    /// Trace headers of W3C and .NET, Zipkin, AWS, Google, Jaeger, Datadog and Sentry, the directives for caches, and the deadline of gRPC.
    /// Baggage is not among them: it may name a tenant, and that chooses an answer.
    /// </summary>
    private static readonly FrozenSet<string> IgnoredHeaders = new[]
    {
        "traceparent", "tracestate", "Request-Id", "Date", "Cache-Control", "Pragma",
        "b3", "X-B3-TraceId", "X-B3-SpanId", "X-B3-ParentSpanId", "X-B3-Sampled", "X-B3-Flags",
        "X-Amzn-Trace-Id", "X-Cloud-Trace-Context", "uber-trace-id",
        "x-datadog-trace-id", "x-datadog-parent-id", "x-datadog-sampling-priority", "x-datadog-origin", "x-datadog-tags",
        "sentry-trace",
        "grpc-timeout",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <param name="request">The request.</param>
    /// <param name="deadlineHeader">The header with the time left: another one in each request, and it chooses no answer.</param>
    public static StaleKey From(HttpRequestMessage request, string deadlineHeader)
    {
        var caller = new StringBuilder(AddressOf(request.RequestUri)).Append('\n');
        var variant = new StringBuilder(request.Method.Method.ToUpperInvariant()).Append('\n');
        foreach (var line in Lines(request, deadlineHeader))
        {
            (IsVariant(line) ? variant : caller).Append(line);
        }

        return new(caller.ToString(), variant.ToString());
    }

    /// <summary>
    /// The key with the headers that the primary handler has added to the request. Those that a redirect removed stay in the key: it always
    /// removes Authorization, and two callers must not meet because of it.
    /// </summary>
    public StaleKey LeftAs(HttpRequestMessage request, string deadlineHeader)
    {
        StringBuilder? text = null;
        foreach (var line in Lines(request, deadlineHeader))
        {
            // Whole lines only: "Key: 1" must not be found within "Api-Key: 1" or "Key: 12".
            if (!IsVariant(line) && !Caller.Contains($"\n{line}", StringComparison.Ordinal))
            {
                (text ??= new StringBuilder(Caller)).Append("+ ").Append(line);
            }
        }

        return text is null ? this : this with { Caller = text.ToString() };
    }

    /// <summary>A URI without its fragment, which is not sent.</summary>
    /// <remarks>Not the endpoint that a request happened to go to: any of them gives the same answer.</remarks>
    private static string AddressOf(Uri? uri) => RoutedUri.OriginalOf(uri) is { IsAbsoluteUri: true } absolute
        ? absolute.GetLeftPart(UriPartial.Query) // GetComponents refuses a URI that is sent as it was written.
        : uri?.OriginalString ?? "";

    /// <summary>Whether a field of a request is not part of its key.</summary>
    public static bool LeavesOut(string field, string deadlineHeader) =>
        IgnoredHeaders.Contains(field) || field.Equals(deadlineHeader, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the request has this field and the key holds it.</summary>
    public bool Holds(string field)
    {
        var line = $"\n{field.ToUpperInvariant()}: ";
        return Caller.Contains(line, StringComparison.Ordinal) || Variant.Contains(line, StringComparison.Ordinal);
    }

    /// <summary>The key of a call whose caller asked this and for which <paramref name="sent"/> went out.</summary>
    public StaleKey SentAs(StaleKey sent) =>
        sent == this ? this : new($"{Caller}\nsent as\n{sent.Caller}", $"{Variant}\nsent as\n{sent.Variant}");

    /// <summary>
    /// The key of a call whose answer is the same for all users, by the word of the app. It never equals a key of the other kind.
    /// </summary>
    public StaleKey Shared() => this with { Caller = $"shared\n{Caller}" };

    private static bool IsVariant(string line) => line.StartsWith("ACCEPT", StringComparison.Ordinal);

    private static bool IsOfEndpoint(HttpRequestMessage request, string field) =>
        request.RequestUri is RoutedUri { SetsHost: true } && field.Equals("Host", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Lines(HttpRequestMessage request, string deadlineHeader) =>
        from header in request.Headers.NonValidated
        where !LeavesOut(header.Key, deadlineHeader) && !IsOfEndpoint(request, header.Key)
        orderby header.Key.ToUpperInvariant()
        select $"{header.Key.ToUpperInvariant()}: {string.Join(", ", header.Value.AsEnumerable())}\n";
}
