using Polly;

namespace Resilience.Http.Benchmarks.Contenders;

/// <summary>A Polly.Core pipeline around the inner handler. Written the cheap way: no closure, one pipeline for all calls.</summary>
internal sealed class PollyHandler(ResiliencePipeline<HttpResponseMessage> pipeline) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        pipeline.ExecuteAsync(
            static (call, token) => new ValueTask<HttpResponseMessage>(call.Handler.SendInnerAsync(call.Request, token)),
            (Handler: this, Request: request),
            cancellationToken).AsTask();

    private Task<HttpResponseMessage> SendInnerAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        base.SendAsync(request, cancellationToken);
}
