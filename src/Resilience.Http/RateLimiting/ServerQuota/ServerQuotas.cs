using Resilience.Http.Pipeline;
using Resilience.Http.Requests;

namespace Resilience.Http.RateLimiting.ServerQuota;

/// <summary>What the authorities of one service have said about the quotas that its requests use up.</summary>
internal sealed class ServerQuotas : IAuthorityStatusSource
{
    /// <summary>
    /// If a wait is cut to its longest, it ends a little earlier, so that those who wait have gone by then: 2 s let 256 sends through.
    /// </summary>
    private static readonly TimeSpan RoomForRelease = 8 * ServerPause.Doubling;

    private readonly ServiceState _service;
    private readonly ServerQuotaLog _log;
    private AuthorityTable<AuthorityQuotas>? _authorities; // Made when an answer says something: most services never ask for a pause.
    private long _heldUntil;

    public ServerQuotas(ServiceState service, ServerQuotaLog log)
    {
        _service = service;
        _log = log;
    }

    private TimeProvider Clock => _service.Host.Clock;

    private AuthorityTable<AuthorityQuotas> Authorities =>
        Volatile.Read(ref _authorities) ?? Interlocked.CompareExchange(ref _authorities, NewTable(), null) ?? _authorities;

    /// <summary>Whether any send could be held back at that time: one comparison for all that are not.</summary>
    public bool MayHold(long now) => now < Volatile.Read(ref _heldUntil);

    public AuthorityQuotas? Find(Uri uri) => Volatile.Read(ref _authorities)?.Find(uri);

    /// <summary>Only of requests without a quota key is it known beforehand which pause is theirs.</summary>
    public AuthorityAdmission GetAdmission(Uri uri, long now)
    {
        if (!MayHold(now)
            || _service.Options.RateLimit is not { Enabled: true, FollowServer: true, QuotaKey: null }
            || Find(uri) is not { } quotas)
        {
            return AuthorityAdmission.Open;
        }

        var startsAt = quotas.PausesOf(key: null).Select(static pause => pause.Pace.StartsAt).FirstOrDefault();
        return startsAt > now ? new(AdmissionState.Refused, startsAt) : AuthorityAdmission.Open;
    }

    /// <summary>The app is disposed.</summary>
    public void Close()
    {
        foreach (var quotas in Volatile.Read(ref _authorities)?.All ?? [])
        {
            quotas.Close();
        }
    }

    public bool TryForget(string authority) => Volatile.Read(ref _authorities)?.TryForget(authority) ?? true;

    /// <summary>A quota that is used up is used as much as it can be.</summary>
    public double GetUtilization(Uri uri) => GetAdmission(uri, Clock.GetTimestamp()).State == AdmissionState.Open ? 0 : 1;

    /// <summary>A response has come: it may ask for a pause, end one, or say in which partition its request was counted.</summary>
    public void Observe(HttpRequestMessage request, HttpResponseMessage response, AttemptContext attempt, RequestQuota quota)
    {
        var options = attempt.Call.Options.RateLimit;
        var answer = ServerAnswer.Read(response, attempt, options);
        if (answer.Request is not null || (quota.Key is not null && answer.Partitions.Count > 0))
        {
            Note(answer, AuthorityOf(request, response, attempt, quota), attempt, quota, options);
        }

        if (!MayHold(attempt.EndedAt))
        {
            return;
        }

        if (ServerAnswer.Throttles(response))
        {
            ShareWait(attempt, quota);
        }
        else if (answer.Request is null && attempt.Judge(request, response, null).Verdict == AttemptVerdict.Success)
        {
            Find(AuthorityOf(request, response, attempt, quota))?.Succeed(quota.Key, attempt.StartedAt);
        }
    }

    private AuthorityTable<AuthorityQuotas> NewTable() =>
        new(_service, static (service, authority, tag) => new(authority, tag, service.Host));

    private void Note(
        in ServerAnswer answer, Uri authority, AttemptContext attempt, RequestQuota quota, HttpRateLimitOptions options)
    {
        while (true)
        {
            var quotas = Authorities.GetOrAdd(authority);
            if (quota.Key is not null && answer.Partitions.Count > 0)
            {
                quotas.Learn(quota.Key, answer.Partitions);
            }

            if (answer.Request is not { } asked || TryHold(quotas, asked, attempt, quota.Key, options))
            {
                return;
            }
        }
    }

    private bool TryHold(
        AuthorityQuotas quotas, in ServerRequest asked, AttemptContext attempt, string? key, HttpRateLimitOptions options)
    {
        var wait = asked.Wait;
        if (wait > options.MaxServerWait)
        {
            _log.WaitTooLong(quotas.Authority, asked, options.MaxServerWait);
            wait = options.MaxServerWait - TimeSpan.FromTicks(Math.Min(RoomForRelease.Ticks, options.MaxServerWait.Ticks / 10));
        }

        _log.PauseBegins(quotas.Authority, asked, wait);

        // Others were told the same time, and not all processes should be back at once.
        var startsAt = Clock.After(attempt.EndedAt, wait + _service.Host.Chance() * ServerPause.Doubling);
        Raise(Clock.After(startsAt, ServerPause.RampLength));
        return quotas.TryHold(key, asked, startsAt, attempt.StartedAt);
    }

    /// <summary>
    /// The call itself waits in its retry loop, for as long as all others: it does not wait a second time, and if that is too long for it,
    /// the caller gets the response of the service.
    /// </summary>
    private void ShareWait(AttemptContext attempt, RequestQuota quota)
    {
        if (Find(quota.Uri) is { } quotas
            && Clock.Until(attempt.EndedAt, LatestPause(quotas, quota.Key)) is { } wait
            && wait > TimeSpan.Zero)
        {
            attempt.RaiseRetryAfter(wait);
        }
    }

    private static long LatestPause(AuthorityQuotas quotas, string? key) =>
        quotas.PausesOf(key).Select(static pause => pause.Pace.StartsAt).DefaultIfEmpty(0).Max();

    /// <summary>A redirect led to the authority that answered; other changes of the URI only spell out where the request goes.</summary>
    private static Uri AuthorityOf(HttpRequestMessage request, HttpResponseMessage response, AttemptContext attempt, RequestQuota quota)
    {
        attempt.Judge(request, response, null);
        return attempt.Redirect is { To.IsAbsoluteUri: true } redirect ? redirect.To : quota.Uri;
    }

    private void Raise(long heldUntil)
    {
        var seen = Volatile.Read(ref _heldUntil);
        while (heldUntil > seen)
        {
            var before = Interlocked.CompareExchange(ref _heldUntil, heldUntil, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
