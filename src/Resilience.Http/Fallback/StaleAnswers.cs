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

    /// <summary>Keeps the answer when the caller has read it to its end; an answer without a body at once.</summary>
    public void Record(HttpResponseMessage response, StaleKey key, HttpFallbackOptions options, TimeSpan limit)
    {
        var cache = CacheFor(options.MaxStaleEntries);
        var receivedAt = clock.GetTimestamp();
        if (response.RequestMessage?.Method == HttpMethod.Head)
        {
            Keep([]);
        }
        else if (!(response.Content.Headers.ContentLength > options.MaxStaleBody))
        {
            response.Content = new RecordingContent(response.Content, options.MaxStaleBody, Keep);
        }

        void Keep(byte[] body) => cache.Set(key, new StaleAnswer(response, body, receivedAt, limit), new MemoryCacheEntryOptions { Size = 1 });
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
                _kept = new(maxEntries, new MemoryCache(new MemoryCacheOptions { SizeLimit = maxEntries }));
            }

            return _kept!.Cache;
        }
    }

    private sealed record Bounded(int MaxEntries, MemoryCache Cache);
}
