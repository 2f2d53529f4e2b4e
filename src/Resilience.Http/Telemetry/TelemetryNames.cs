namespace Resilience.Http.Telemetry;

/// <summary>Names of the source, the meter and the instruments. Units are UCUM; times are seconds.</summary>
internal static class TelemetryNames
{
    public const string Source = "Resilience.Http";

    public const string BreakerState = "circuit_breaker.state";
    public const string BreakerFailures = "circuit_breaker.failures";
    public const string BreakerRejections = "circuit_breaker.rejections";
    public const string BreakerTransitions = "circuit_breaker.transitions";
    public const string CallDuration = "resilience.http.call.duration";
    public const string Retries = "resilience.http.retries";
    public const string RetriesSuppressed = "resilience.http.retries.suppressed";
    public const string RetryBudgetAvailable = "resilience.http.retry_budget.available";
    public const string Timeouts = "resilience.http.timeouts";
    public const string TimeoutsWhileBehind = "resilience.http.timeouts.while_behind";
    public const string MalformedDeadlines = "resilience.http.deadlines.malformed";
    public const string Fallbacks = "resilience.http.fallbacks";
    public const string Hedges = "resilience.http.hedges";
    public const string HedgesSuppressed = "resilience.http.hedges.suppressed";
    public const string HedgeDelay = "resilience.http.hedge.delay";
    public const string ConcurrencyLimit = "resilience.http.concurrency.limit";
    public const string ConcurrencyInFlight = "resilience.http.concurrency.in_flight";
    public const string LimitRejections = "resilience.http.limit.rejections";
    public const string EndpointFailovers = "resilience.http.endpoint.failovers";
    public const string ReloadFailures = "resilience.http.options.reload_failures";

    public const string RetryEvent = "resilience.retry";
    public const string HedgeEvent = "resilience.hedge";
    public const string RejectedEvent = "resilience.circuit.rejected";
    public const string LimitEvent = "resilience.limit.rejected";
    public const string FailoverEvent = "resilience.failover";
    public const string RateLimitWaitEvent = "resilience.rate_limit.waited";
    public const string TimeoutEvent = "resilience.timeout";
    public const string FallbackEvent = "resilience.fallback";
}
