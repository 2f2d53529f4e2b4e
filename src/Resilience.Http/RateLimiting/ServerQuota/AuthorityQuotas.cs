using System.Collections.Concurrent;
using Resilience.Http.Pipeline;
using Resilience.Http.RateLimiting.Pacing;

namespace Resilience.Http.RateLimiting.ServerQuota;

/// <summary>
/// The pauses that one authority asked for. A request waits for that of its own quota key, and for those of the partitions that the server
/// has named for this key.
/// </summary>
internal sealed class AuthorityQuotas(string authority, string tag, ResilienceRuntime host, int most = AuthorityQuotas.MostQuotas)
    : IAuthorityState
{
    /// <summary>Bounds memory: keys may be chosen by somebody else.</summary>
    public const int MostQuotas = 10_000;

    private readonly ConcurrentDictionary<QuotaId, PacedQueue<ServerPause>> _pauses = new(concurrencyLevel: 1, capacity: 1);
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _partitions =
        new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal);

    private volatile bool _isRetired;

    public string Authority => authority;

    /// <summary>The authority as metrics name it.</summary>
    public string Tag => tag;

    /// <summary>Nothing is lost: what the server said of partitions it will say again.</summary>
    public bool TryRetire()
    {
        _isRetired = true; // First: a pause that is added meanwhile is either seen here or sees this.
        return _isRetired = _pauses.Values.All(TryRetire);
    }

    /// <summary>The pauses that concern a quota key, those included that are over.</summary>
    public IEnumerable<PacedQueue<ServerPause>> PausesOf(string? key)
    {
        foreach (var id in IdsOf(key))
        {
            if (_pauses.TryGetValue(id, out var pause))
            {
                yield return pause;
            }
        }
    }

    /// <summary>Notes the partitions that the server counts the requests of a key in.</summary>
    public void Learn(string key, IReadOnlyList<string> partitions)
    {
        if (_partitions.TryGetValue(key, out var known) && known.SequenceEqual(partitions))
        {
            return;
        }

        if (_partitions.Count >= most)
        {
            _partitions.Clear(); // Each is named again with the next response.
        }

        _partitions[key] = partitions;
    }

    /// <summary>Holds back all requests of a key, and of a partition if the server named one.</summary>
    /// <returns>False if this object is out of use.</returns>
    public bool TryHold(string? key, in ServerRequest request, long startsAt, long askedFrom)
    {
        Hold(new(key, null), request, startsAt, askedFrom);
        if (key is not null && request.Partition is { } partition)
        {
            Hold(new(null, partition), request, startsAt, askedFrom);
        }

        return !_isRetired;
    }

    /// <summary>A success came: the pauses end that were asked for by sends that began before it.</summary>
    public void Succeed(string? key, long successFrom)
    {
        foreach (var pause in PausesOf(key))
        {
            pause.TryChange(static (pause, from, now) => pause.Succeed(from, now), successFrom);
        }
    }

    public void Close()
    {
        foreach (var pause in _pauses.Values)
        {
            pause.Close();
        }
    }

    private IEnumerable<QuotaId> IdsOf(string? key)
    {
        yield return new(key, null);
        if (key is not null && _partitions.TryGetValue(key, out var partitions))
        {
            foreach (var partition in partitions)
            {
                yield return new(null, partition);
            }
        }
    }

    private void Hold(QuotaId id, in ServerRequest request, long startsAt, long askedFrom)
    {
        while (true)
        {
            if (!_pauses.ContainsKey(id) && !HasRoom())
            {
                return; // 10,000 quotas of one server are exhausted at the same time: of more than that only the calls themselves wait.
            }

            var pause = _pauses.GetOrAdd(id, static (_, host) => new(new(host.Clock), host.Clock, host.Shutdown), host);
            if (pause.TryChange(
                static (pause, ask, now) => pause.Hold(ask.request, ask.startsAt, ask.askedFrom), (request, startsAt, askedFrom)))
            {
                return;
            }

            _pauses.TryRemove(new(id, pause));
        }
    }

    private bool HasRoom()
    {
        if (_pauses.Count < most)
        {
            return true;
        }

        foreach (var each in _pauses)
        {
            if (TryRetire(each.Value))
            {
                _pauses.TryRemove(each);
            }
        }

        return _pauses.Count < most;
    }

    private static bool TryRetire(PacedQueue<ServerPause> pause) => pause.TryRetire(static (pause, now) => pause.IsOver(now));

    /// <summary>A quota by the key of the user or by the partition key of the server; all requests without a key share one.</summary>
    private readonly record struct QuotaId(string? Key, string? Partition);
}
