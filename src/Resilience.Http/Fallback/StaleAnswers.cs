using Microsoft.Extensions.Caching.Memory;

namespace Resilience.Http.Fallback;

/// <summary>
/// The last good answers of one service. Bounded in entries by the cache's size limit and in bytes by the longest body that is kept;
/// ages are told by our own clock.
/// </summary>
internal sealed class StaleAnswers(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private volatile Bounded? _kept;

    public HttpResponseMessage? Find(FailedCall call)
    {
        if (call.Asked.Key is not { } asked || _kept is not { } kept || !kept.Cache.TryGetValue(asked.With(call.Request), out StaleAnswer? answer))
        {
            return null;
        }

        return answer!.Revive(call.Request, clock, call.Options.StaleIfError);
    }

    /// <summary>
    /// Keeps the answer when the caller has read it to its end; an answer without a body at once. Status and headers are copied now: a handler
    /// further out may put another body, and with it other headers, into the response while it still reads this one.
    /// </summary>
    public void Record(HttpResponseMessage response, StaleKey key, HttpFallbackOptions options, TimeSpan limit)
    {
        var cache = CacheFor(options.MaxStaleEntries);
        if (response.RequestMessage?.Method == HttpMethod.Head)
        {
            Keep(new StaleAnswer(response, clock.GetTimestamp(), limit));
        }
        else if (!(response.Content.Headers.ContentLength > options.MaxStaleBody))
        {
            var answer = new StaleAnswer(response, clock.GetTimestamp(), limit);
            response.Content = new RecordingContent(response.Content, options.MaxStaleBody, body => Keep(answer with { Body = body }));
        }

        void Keep(StaleAnswer answer) => cache.Set(key, answer, new MemoryCacheEntryOptions { Size = 1 });
    }

    /// <summary>A cache cannot change its bound: after a reload that changes it the answers are gathered anew.</summary>
    private MemoryCache CacheFor(int maxEntries)
    {
        if (_kept is { } kept && kept.MaxEntries == maxEntries)
        {
            return kept.Cache;
        }

        lock (_gate)
        {
            if (_kept?.MaxEntries != maxEntries)
            {
                _kept = new(maxEntries, new MemoryCache(new MemoryCacheOptions { SizeLimit = maxEntries, CompactionPercentage = Spared(maxEntries) }));
            }

            return _kept!.Cache;
        }
    }

    /// <summary>
    /// Which share of a full cache makes room: 5 %, or one entry where that is less. The cache rounds the product down, and one that comes to
    /// nothing would keep the first answers for ever. Safe: 20 times 0.05 is not less than 1, nor is n times 1.0 / n for any n below.
    /// </summary>
    private static double Spared(int maxEntries) => Math.Max(0.05, 1.0 / maxEntries);

    private sealed record Bounded(int MaxEntries, MemoryCache Cache);
}
