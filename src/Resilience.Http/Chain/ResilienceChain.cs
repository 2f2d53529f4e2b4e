using Resilience.Http.CircuitBreaker;
using Resilience.Http.ConcurrencyLimit;
using Resilience.Http.Endpoints;
using Resilience.Http.Fallback;
using Resilience.Http.Hedging;
using Resilience.Http.Pipeline;
using Resilience.Http.RateLimiting;
using Resilience.Http.Retry;
using Resilience.Http.Timeouts;
using Resilience.Http.Tracing;

namespace Resilience.Http.Chain;

/// <summary>The way of one call.</summary>
internal static class ResilienceChain
{
    /// <summary>The handlers in the order in which a call meets them, outermost first.</summary>
    public static ResilienceHandler[] HandlersFor(ServiceState service) =>
    [
        new TracingHandler(service),        // one span and one duration for the call
        new FallbackHandler(service),       // a cached or default answer when all else failed
        new TotalTimeoutHandler(service),   // the deadline of the whole call: waits, retries and Retry-After included
        new RetryHandler(service),          // the loop
        new HedgingHandler(service),        // a second request beside a slow one
        new EndpointHandler(service),       // chooses the address of this send
        new RateLimitHandler(service),      // paces sends to a quota
        new ConcurrencyLimitHandler(service), // bounds the sends in flight
        new CircuitBreakerHandler(service), // takes a permit, sends, reports a verdict
        new AttemptTimeoutHandler(service), // the limit of one attempt
    ];

    /// <summary>The short names of the handlers, in the same order: <c>Tracing</c>, <c>Fallback</c>.</summary>
    public static IReadOnlyList<string> NamesFor(ServiceState service) =>
        [.. HandlersFor(service).Select(static handler => handler.GetType().Name.Replace("Handler", "", StringComparison.Ordinal))];
}
