using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>Microsoft.Extensions.Http.Resilience: its standard handler, with the figures that all contenders share.</summary>
internal static class Mehr
{
    /// <summary>
    /// The standard handler validates its options: the sampling window is at least twice the attempt timeout, a break at most a day.
    /// </summary>
    public static IHttpClientBuilder AddStandardWithFigures(this IHttpClientBuilder builder)
    {
        builder.AddStandardResilienceHandler(SetFigures);
        return builder;
    }

    /// <summary>The circuit breaker as Polly's documentation, to which that of the standard handlers refers, customizes it.</summary>
    public static void AsDocumented(HttpCircuitBreakerStrategyOptions options)
    {
        options.FailureRatio = 0.5;
        options.MinimumThroughput = 8;
        options.BreakDuration = TimeSpan.FromSeconds(30);
    }

    private static void SetFigures(HttpStandardResilienceOptions options)
    {
        options.RateLimiter.DefaultRateLimiterOptions.PermitLimit = int.MaxValue;
        options.TotalRequestTimeout.Timeout = Figures.TotalTimeout;
        options.AttemptTimeout.Timeout = Figures.AttemptTimeout;
        options.Retry.MaxRetryAttempts = Figures.MaxRetries;
        options.Retry.Delay = Figures.BaseDelay;
        options.Retry.BackoffType = DelayBackoffType.Exponential;
        options.CircuitBreaker.FailureRatio = Figures.FailureRatio;
        options.CircuitBreaker.MinimumThroughput = Figures.MinimumThroughput;
        options.CircuitBreaker.SamplingDuration = 2 * Figures.AttemptTimeout;
        options.CircuitBreaker.BreakDuration = Figures.RecoveryTimeout;
    }
}
