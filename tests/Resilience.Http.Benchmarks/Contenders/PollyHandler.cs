using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>
/// The peer: Polly.Core's total timeout, retry, circuit breaker and attempt timeout around the inner handler, with the same
/// figures as ours and telemetry off. Written the cheap way: no closure, one pipeline for all calls.
/// </summary>
internal sealed class PollyHandler : DelegatingHandler
{
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddTimeout(Figures.TotalTimeout)
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = Figures.MaxRetries,
            Delay = Figures.BaseDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = static arguments => new ValueTask<bool>(IsTransient(arguments.Outcome)),
        })
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
        {
            FailureRatio = Figures.FailureRatio,
            MinimumThroughput = Figures.MinimumThroughput,
            SamplingDuration = Figures.SamplingWindow,
            BreakDuration = Figures.RecoveryTimeout,
            ShouldHandle = static arguments => new ValueTask<bool>(IsTransient(arguments.Outcome)),
        })
        .AddTimeout(Figures.AttemptTimeout)
        .Build();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _pipeline.ExecuteAsync(
            static (call, token) => new ValueTask<HttpResponseMessage>(call.Handler.SendInnerAsync(call.Request, token)),
            (Handler: this, Request: request),
            cancellationToken).AsTask();

    private Task<HttpResponseMessage> SendInnerAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        base.SendAsync(request, cancellationToken);

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException or TimeoutRejectedException } => true,
        { Result.StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError } =>
            true,
        _ => false,
    };
}
