using Resilience.Http.Pipeline;
using Resilience.Http.RateLimiting.Pacing;
using Resilience.Http.Telemetry;

namespace Resilience.Http.RateLimiting;

/// <summary>The rate of this client is used up.</summary>
internal sealed record RateRejection(string Service, string Authority, HttpRateLimitOptions Options, QueueResult Result)
    : LimitRejection(Service, Authority, HttpLimit.Rate, Result.End == QueueEnd.Closed ? null : Result.RetryAfter)
{
    public override string Reason => $"{Options.Permits} request(s) per {DurationText.Format(Options.Per)} are the limit{OfWhom} " +
        $"(RateLimit:Permits), and {WhyNotQueued}";

    private string OfWhom => Options.Scope == HttpRateLimitScope.Fleet ? " of all replicas together" : "";

    private string WhyNotQueued => Result.End switch
    {
        QueueEnd.Closed => "the app was disposed, so no request waits for its turn any longer",
        QueueEnd.Full when Options.QueueLimit == 0 => "none may wait (RateLimit:QueueLimit is 0)",
        QueueEnd.Full => $"{Result.Ahead} request(s) wait already (RateLimit:QueueLimit is {Options.QueueLimit})",
        _ => $"with {Result.Ahead} request(s) waiting before it the turn of this one comes after its deadline",
    };
}
