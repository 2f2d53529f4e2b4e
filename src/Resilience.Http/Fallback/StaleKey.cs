using System.Collections.Frozen;
using System.Text;

namespace Resilience.Http.Fallback;

/// <summary>
/// What an answer is kept under: method, URI and every header of the request but the ones that never choose an answer. So nobody gets
/// another's: not the owner of another API key, nor the one whose token a handler inside the chain adds.
/// </summary>
internal readonly record struct StaleKey(string Text)
{
    /// <summary>
    /// Those of W3C and .NET, Zipkin, AWS, Google, Jaeger, Datadog and Sentry by name. What the app's own propagator says it sends is not
    /// asked: it may carry on a tenant, and that chooses an answer.
    /// </summary>
    private static readonly FrozenSet<string> Unheeded = new[]
    {
        "traceparent", "tracestate", "baggage", "Request-Id", "Correlation-Context", "Date",
        "b3", "X-B3-TraceId", "X-B3-SpanId", "X-B3-ParentSpanId", "X-B3-Sampled", "X-B3-Flags",
        "X-Amzn-Trace-Id", "X-Cloud-Trace-Context", "uber-trace-id",
        "x-datadog-trace-id", "x-datadog-parent-id", "x-datadog-sampling-priority", "x-datadog-origin", "x-datadog-tags",
        "sentry-trace",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The key of what the caller asks; <see langword="null"/> where no stale answer may serve or be kept.</summary>
    public static StaleKey? Of(HttpRequestMessage request, HttpFallbackOptions options)
    {
        if (options.StaleIfError <= TimeSpan.Zero || (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head))
        {
            return null;
        }

        // A body asks for something too, a search say, and to read it for the key might use it up.
        if (request.Content is not null || StaleRules.ForbidsKeeping(request))
        {
            return null;
        }

        var text = new StringBuilder().Append(request.Method.Method).Append(' ').Append(request.RequestUri?.AbsoluteUri).Append('\n');
        foreach (var line in HeaderLines(request))
        {
            text.Append(line);
        }

        return new(text.ToString());
    }

    /// <summary>
    /// The key with the headers that handlers inside the chain have added or changed since. Headers that a redirect removed stay in the
    /// key: it always removes Authorization, and two callers must not meet because of it.
    /// </summary>
    public StaleKey With(HttpRequestMessage request)
    {
        StringBuilder? text = null;
        foreach (var line in HeaderLines(request))
        {
            // Whole lines only: "Key: 1" must not be found within "Api-Key: 1" or "Key: 12".
            if (!Text.Contains("\n" + line, StringComparison.Ordinal))
            {
                (text ??= new StringBuilder(Text)).Append("+ ").Append(line);
            }
        }

        return text is null ? this : new(text.ToString());
    }

    private static IEnumerable<string> HeaderLines(HttpRequestMessage request) =>
        from header in request.Headers.NonValidated
        where !Unheeded.Contains(header.Key) && !header.Key.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
        orderby header.Key.ToUpperInvariant()
        select $"{header.Key.ToUpperInvariant()}: {string.Join(", ", header.Value.AsEnumerable())}\n";
}
