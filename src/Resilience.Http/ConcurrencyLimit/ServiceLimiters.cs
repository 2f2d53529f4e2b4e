using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.ConcurrencyLimit;

/// <summary>The limits of one service, by authority. They outlive handlers, and an edit changes them in place.</summary>
internal sealed class ServiceLimiters : IAuthorityStatusSource, IInFlightSource, IOptionsFollower
{
    private readonly ServiceState _service;
    private readonly AuthorityTable<AuthorityLimiter> _limiters;

    private ServiceLimiters(ServiceState service)
    {
        _service = service;
        _limiters = new(
            service,
            static (service, authority, tag) => new(authority, tag, service.Host.Clock, service.Options.ConcurrencyLimit));
        LimitMetrics.GetOrCreate(service.Host);
        service.Host.Ended += Close;
    }

    public LimitRejections Rejections => LimitRejections.GetOrCreate(_service);

    /// <summary>Whether sends pass through here. If nothing is limited, the circuits count them.</summary>
    public bool IsCounting => _service.Options is { Enabled: true, CountsInLimiter: true };

    public bool IsPreferred => true;

    private bool IsServiceScoped => _service.Options.ConcurrencyLimit.Scope == HttpConcurrencyLimitScope.Service;

    public static ServiceLimiters GetOrCreate(ServiceState service) => service.GetOrCreate(static service => new ServiceLimiters(service));

    public AuthorityLimiter GetOrAdd(Uri uri)
    {
        var limiter = IsServiceScoped ? _limiters.GetOrAdd(Authority.AnyAuthority) : _limiters.GetOrAdd(uri);
        limiter.Use(_service);
        return limiter;
    }

    /// <summary>Those in use now. Those of the other scope stay, for the day the setting is turned back.</summary>
    public IEnumerable<AuthorityLimiter> Current()
    {
        var whole = IsServiceScoped;
        return IsCounting ? _limiters.All.Where(limiter => limiter.Authority == Authority.AnyAuthority == whole) : [];
    }

    public AuthorityAdmission GetAdmission(Uri uri, long now) =>
        Find(uri) is { Limit: { } limit } limiter && limiter.Permits.InFlight >= limit
            ? new(AdmissionState.Refused, Timestamps.Never)
            : AuthorityAdmission.Open;

    public double GetUtilization(Uri uri) => Find(uri)?.Utilization ?? 0;

    public bool TryForget(string authority) => _limiters.TryForget(authority);

    public IEnumerable<(string AuthorityTag, long InFlight)> CountInFlight() =>
        Current().Select(static limiter => (limiter.Tag, (long)limiter.Permits.InFlight));

    /// <summary>Those that wait are not to wait for the next send to bring the new limit.</summary>
    public void Use(ResilientHttpClientOptions options)
    {
        foreach (var limiter in _limiters.All)
        {
            limiter.Use(_service);
        }
    }

    private AuthorityLimiter? Find(Uri uri)
    {
        if (!IsCounting)
        {
            return null;
        }

        var limiter = IsServiceScoped ? _limiters.FindAny() : _limiters.Find(uri);
        limiter?.Use(_service);
        return limiter;
    }

    /// <summary>The app is disposed: nothing would ever end those that still wait.</summary>
    private void Close()
    {
        foreach (var limiter in _limiters.All)
        {
            limiter.Permits.Close();
        }
    }
}
