using Microsoft.Extensions.Logging;
using Resilience.Http.Settings;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Registration.Configuration;

/// <summary>Settings that are valid, but together do something that few people expect.</summary>
internal static class SettingsAdvice
{
    /// <summary>Logs a Warning for each of them.</summary>
    public static void LogSurprises(this ILogger log, string service, ResilientHttpClientOptions options)
    {
        if (options.Enabled)
        {
            log.LogIfOneCallOpensTheCircuit(service, options);
            log.LogIfNoHedgeIsSent(service, options);
            log.LogIfEndpointsShareACircuit(service, options);
        }
    }

    /// <summary>The attempts of a single call are enough to open its circuit.</summary>
    private static void LogIfOneCallOpensTheCircuit(this ILogger log, string service, ResilientHttpClientOptions options)
    {
        if (options is { Retry: { Enabled: true } retry, CircuitBreaker: { Enabled: true } breaker }
            && breaker.Mode == HttpCircuitBreakerMode.Enforce
            && breaker.FailureThreshold > 0
            && retry.MaxRetries > 0
            && retry.MaxRetries + 1 >= breaker.FailureThreshold)
        {
            log.OneCallOpensTheCircuit(ServiceText.Format(service), retry.MaxRetries + 1, breaker.FailureThreshold);
        }
    }

    /// <summary>An attempt ends before its hedge is due.</summary>
    private static void LogIfNoHedgeIsSent(this ILogger log, string service, ResilientHttpClientOptions options)
    {
        var limit = options.AttemptTimeout;
        if (options.Hedging is { Enabled: true } hedging
            && limit != Timeout.InfiniteTimeSpan
            && (hedging.Delay ?? hedging.MinDelay) >= limit)
        {
            var key = hedging.Delay is null ? nameof(hedging.MinDelay) : nameof(hedging.Delay);
            log.NoHedgeIsSent(
                ServiceText.Format(service), key, TimeText.Format(hedging.Delay ?? hedging.MinDelay), TimeText.Format(limit));
        }
    }

    /// <summary>Several addresses have one circuit, so a circuit that opens takes all of them away.</summary>
    private static void LogIfEndpointsShareACircuit(this ILogger log, string service, ResilientHttpClientOptions options)
    {
        if (options is { Endpoints.Addresses.Count: > 1, CircuitBreaker: { Enabled: true, Scope: HttpCircuitBreakerScope.Service } })
        {
            log.EndpointsShareACircuit(ServiceText.Format(service), options.Endpoints.Addresses.Count);
        }
    }
}
