using Resilience.Http.Pipeline;
using Resilience.Http.RateLimiting.ServerQuota;
using Resilience.Http.Telemetry;

namespace Resilience.Http.RateLimiting;

/// <summary>The service asked its callers to wait, and the request cannot.</summary>
internal sealed record ServerQuotaRejection(string Service, string Authority, ServerRequest Asked, TimeSpan Wait)
    : LimitRejection(Service, Authority, HttpLimit.ServerQuota, Wait)
{
    protected override string Reason => $"the service asked its callers to wait for {DurationText.FormatWait(Asked.Wait)} " +
        $"({Asked.Source}), which this request cannot before its deadline (RateLimit:FollowServer)";
}
