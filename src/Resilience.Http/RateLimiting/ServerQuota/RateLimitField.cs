using System.Net.Http.Headers;
using Resilience.Http.RateLimiting.StructuredFields;

namespace Resilience.Http.RateLimiting.ServerQuota;

/// <summary>
/// The RateLimit field of a response, by
/// <see href="https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11">draft-ietf-httpapi-ratelimit-headers-11</see>.
/// What is malformed is ignored (section 7): the whole field, or the item that lacks what it must have.
/// </summary>
/// <param name="Exhausted">The policy that has nothing left for the longest time; <see langword="null"/> if all have some.</param>
/// <param name="Partitions">The partition keys that it names.</param>
internal sealed record RateLimitField(ServiceLimit? Exhausted, IReadOnlyList<string> Partitions)
{
    private const string Name = "RateLimit";
    private const BareItemKind Integer = BareItemKind.Integer;
    private const BareItemKind Bytes = BareItemKind.ByteSequence;

    /// <summary>
    /// Reads the field; <see langword="null"/> if there is none, it is malformed, or the response comes from a cache (7.3).
    /// </summary>
    public static RateLimitField? Read(HttpResponseHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues(Name, out var lines) || IsFromCache(headers))
        {
            return null;
        }

        return StructuredListParser.TryParse(string.Join(',', lines.Where(static line => !string.IsNullOrWhiteSpace(line)))) is { } items
            ? From(items)
            : null;
    }

    private static RateLimitField From(IReadOnlyList<StructuredItem> items)
    {
        ServiceLimit[] limits = [.. items.Select(LimitOf).OfType<ServiceLimit>()];
        var exhausted = limits.Where(static limit => limit is { Remaining: 0, Window: > 0 }).MaxBy(static limit => limit.Window);
        return new(exhausted, [.. limits.Select(static limit => limit.Partition).OfType<string>().Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>A limit has r, and what it has besides must be of the right type. Earlier drafts named a policy by a token.</summary>
    private static ServiceLimit? LimitOf(StructuredItem item)
    {
        var window = item.Find("t", Integer)?.Integer;
        return item.Value.Kind is BareItemKind.String or BareItemKind.Token
            && item.Find("r", Integer) is { Integer: >= 0 and var remaining }
            && !item.IsMistyped("t", Integer)
            && !item.IsMistyped("pk", Bytes)
            && window is null or >= 0
                ? new(item.Value.Text!, remaining, window ?? 0, item.Find("pk", Bytes)?.Text)
                : null;
    }

    private static bool IsFromCache(HttpResponseHeaders headers) =>
        headers.NonValidated.TryGetValues("Age", out var age) && age.Any(static value => value.AsSpan().Trim().TrimStart('0').Length > 0);
}
