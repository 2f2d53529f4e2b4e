using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.RateLimiting.Pacing;

/// <summary>The rates of one service. An edit of the options changes them in place.</summary>
internal sealed class RateBuckets : IAuthorityStatusSource
{
    private readonly ServiceState _service;
    private readonly AuthorityTable<RateBucket> _buckets;
    private readonly Lock _edits = new();

    public RateBuckets(ServiceState service)
    {
        _service = service;
        _buckets = new(
            service,
            static (service, authority, tag) => new(service.Name, authority, tag, service.Options.RateLimit, service.Host));
    }

    /// <summary>The bucket for a URI. It may be retired at any time; then it is to be asked for again.</summary>
    public RateBucket GetOrAdd(Uri uri, HttpRateLimitScope scope) => UpToDate(
        scope == HttpRateLimitScope.Authority ? _buckets.GetOrAdd(uri) : _buckets.FindAny() ?? _buckets.GetOrAdd(Authority.AnyAuthority));

    /// <summary>How much of the burst is used up by now, so that a hedge does not take the last tokens of the calls.</summary>
    public double GetUtilization(Uri uri)
    {
        var options = _service.Options.RateLimit;
        if (!options.Enabled || options.Permits is null)
        {
            return 0;
        }

        var bucket = options.Scope == HttpRateLimitScope.Authority ? _buckets.Find(uri) : _buckets.FindAny();
        return bucket is null ? 0 : UpToDate(bucket).Utilization;
    }

    /// <summary>Puts the options of the service in force for those that wait, too.</summary>
    public void Refresh()
    {
        foreach (var bucket in _buckets.All)
        {
            UpToDate(bucket);
        }
    }

    /// <summary>The app is disposed.</summary>
    public void Close()
    {
        foreach (var bucket in _buckets.All)
        {
            bucket.Queue.Close();
        }
    }

    public bool TryForget(string authority) => _buckets.TryForget(authority);

    /// <summary>The options are read again under the lock, so a thread that was held up cannot bring old ones back.</summary>
    private RateBucket UpToDate(RateBucket bucket)
    {
        if (!ReferenceEquals(bucket.Options, _service.Options.RateLimit))
        {
            lock (_edits)
            {
                bucket.Use(_service.Options.RateLimit);
            }
        }

        return bucket;
    }
}
