using Resilience.Http.Pipeline;
using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.Telemetry;

namespace Resilience.Http.RateLimiting;

/// <summary>The rate of this client is used up.</summary>
internal sealed record RateRejection(string Service, string Authority, HttpRateLimitOptions Options, QueueResult Result)
    : LimitRejection(Service, Authority, HttpLimit.Rate, Result.End == QueueEnd.Closed ? null : Result.RetryAfter)
{
    public override string Reason => $"the limit{OfWhom} is {Options.Permits} request(s) per {DurationText.Format(Options.Per)} " +
        $"(RateLimit:Permits), and {WhyNotQueued}";

    private string OfWhom => Options.Scope == HttpRateLimitScope.Fleet ? " of all replicas together" : "";

    private string WhyNotQueued => Result.End switch
    {
        QueueEnd.Closed => "the app was disposed before it was the turn of this request",
        QueueEnd.Full when Options.QueueLimit == 0 => "no request may wait (RateLimit:QueueLimit is 0)",
        QueueEnd.Full => $"{Result.Ahead} request(s) are already waiting (RateLimit:QueueLimit is {Options.QueueLimit})",
        _ => $"with {Result.Ahead} request(s) waiting before it, this request would be sent after its deadline",
    };
}
