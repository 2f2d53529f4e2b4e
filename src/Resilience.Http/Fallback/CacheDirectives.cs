using System.Net.Http.Headers;

namespace Resilience.Http.Fallback;

/// <summary>The lines of a Cache-Control field (RFC 9111, 5.2), read one by one.</summary>
internal static class CacheDirectives
{
    /// <summary>
    /// Line by line: of a line with a directive that it cannot read, such as <c>max-age=-1</c>, .NET drops all others too, and
    /// <c>no-store</c> may be one of them.
    /// </summary>
    /// <returns>The lines, or <see langword="null"/> if one cannot be read, which then says that nothing is kept.</returns>
    public static IReadOnlyList<CacheControlHeaderValue>? Read(HttpHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues("Cache-Control", out var lines))
        {
            return [];
        }

        var read = new List<CacheControlHeaderValue>(lines.Count);
        foreach (var line in lines)
        {
            if (!CacheControlHeaderValue.TryParse(line, out var said))
            {
                return null;
            }

            if (said is not null)
            {
                read.Add(said);
            }
        }

        return read;
    }

    /// <summary>
    /// The seconds of <c>stale-if-error</c> (RFC 5861, 4), the fewest if it stands there more than once; zero if they cannot be read, since
    /// the limit is then not known. <see langword="null"/> if it does not stand there.
    /// </summary>
    public static TimeSpan? StaleIfError(IReadOnlyList<CacheControlHeaderValue> lines)
    {
        TimeSpan? fewest = null;
        foreach (var said in lines.SelectMany(static line => line.Extensions))
        {
            if (said.Name.Equals("stale-if-error", StringComparison.OrdinalIgnoreCase))
            {
                var seconds = DeltaSeconds.Parse(said.Value?.Trim('"')) ?? TimeSpan.Zero;
                fewest = fewest < seconds ? fewest : seconds;
            }
        }

        return fewest;
    }

    public static TimeSpan? Fewest(IReadOnlyList<CacheControlHeaderValue> lines, Func<CacheControlHeaderValue, TimeSpan?> of) =>
        lines.Min(of);
}
