using Polly;
using Polly.CircuitBreaker;

namespace Resilience.Http.Benchmarks.Parts;

/// <summary>A Polly.Core pipeline of a circuit breaker alone, run synchronously: breaker and pipeline, which cannot be had apart.</summary>
internal sealed class PollyBreaker : IPart
{
    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder()
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions())
        .Build();

    public void Repeat(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _pipeline.Execute(static _ => { }, CancellationToken.None);
        }
    }
}
