using Resilience.Http.Pipeline;
using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.RateLimiting.ServerQuota;
using Resilience.Http.Telemetry;

namespace Resilience.Http.RateLimiting;

/// <summary>The service asked its callers to wait, and the request cannot.</summary>
internal sealed record ServerQuotaRejection(string Service, string Authority, ServerRequest Asked, QueueResult Result)
    : LimitRejection(Service, Authority, HttpLimit.ServerQuota, Result.End == QueueEnd.Closed ? null : Result.RetryAfter)
{
    public override string Reason => $"the service asked its callers to wait for {DurationText.FormatWait(Asked.Wait)} " +
        $"({Asked.Source}), {WhyNotSent} (RateLimit:FollowServer)";

    private string WhyNotSent => Result.End == QueueEnd.Closed
        ? "and the app was disposed meanwhile"
        : "which ends after the deadline of this request";
}
