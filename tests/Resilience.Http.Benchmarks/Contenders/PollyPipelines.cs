using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>Polly.Core's usual four for HTTP: total timeout, retry, circuit breaker and attempt timeout, with telemetry off.</summary>
internal static class PollyPipelines
{
    /// <summary>The figures that all contenders of the tables of time and memory share.</summary>
    public static ResiliencePipeline<HttpResponseMessage> WithFigures() => Build(
        new()
        {
            MaxRetryAttempts = Figures.MaxRetries,
            Delay = Figures.BaseDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        },
        new()
        {
            FailureRatio = Figures.FailureRatio,
            MinimumThroughput = Figures.MinimumThroughput,
            SamplingDuration = Figures.SamplingWindow,
            BreakDuration = Figures.RecoveryTimeout,
        });

    /// <summary>The defaults of Polly's strategies.</summary>
    public static ResiliencePipeline<HttpResponseMessage> WithDefaults() => Build(new(), new());

    /// <summary>The customized options that Polly's documentation shows for both strategies.</summary>
    public static ResiliencePipeline<HttpResponseMessage> AsDocumented() => Build(
        new() { MaxRetryAttempts = 4, Delay = TimeSpan.FromSeconds(3), BackoffType = DelayBackoffType.Exponential, UseJitter = true },
        new()
        {
            FailureRatio = 0.5,
            MinimumThroughput = 8,
            SamplingDuration = TimeSpan.FromSeconds(10),
            BreakDuration = TimeSpan.FromSeconds(30)
        });

    private static ResiliencePipeline<HttpResponseMessage> Build(
        RetryStrategyOptions<HttpResponseMessage> retry, CircuitBreakerStrategyOptions<HttpResponseMessage> circuitBreaker)
    {
        retry.ShouldHandle = static arguments => new ValueTask<bool>(IsTransient(arguments.Outcome));
        circuitBreaker.ShouldHandle = static arguments => new ValueTask<bool>(IsTransient(arguments.Outcome));
        return new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddTimeout(Figures.TotalTimeout)
            .AddRetry(retry)
            .AddCircuitBreaker(circuitBreaker)
            .AddTimeout(Figures.AttemptTimeout)
            .Build();
    }

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException or TimeoutRejectedException } => true,
        { Result.StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError } =>
            true,
        _ => false,
    };
}
