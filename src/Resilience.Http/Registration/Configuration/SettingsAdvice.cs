using Microsoft.Extensions.Logging;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Registration.Configuration;

/// <summary>Settings that are valid, but together do something that few people expect.</summary>
internal static class SettingsAdvice
{
    /// <summary>Logs a Warning if the attempts of a single call are enough to open its circuit.</summary>
    public static void LogSurprises(this ILogger log, string service, ResilientHttpClientOptions options)
    {
        if (options is { Enabled: true, Retry: { Enabled: true } retry, CircuitBreaker: { Enabled: true } breaker }
            && breaker.Mode == HttpCircuitBreakerMode.Enforce
            && breaker.FailureThreshold > 0
            && retry.MaxRetries > 0
            && retry.MaxRetries + 1 >= breaker.FailureThreshold)
        {
            log.OneCallOpensTheCircuit(ServiceText.Format(service), retry.MaxRetries + 1, breaker.FailureThreshold);
        }
    }
}
