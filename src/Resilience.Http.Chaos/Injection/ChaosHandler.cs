using Resilience.Http.Pipeline;

namespace Resilience.Http.Chaos.Injection;

/// <summary>Directly around the primary handler, so that all other handlers see the fault as they would see a real one.</summary>
internal sealed class ChaosHandler(ChaosClient client, FaultInjector injector) : DelegatingHandler, ITransparentHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        client.Active is { } chaos
            ? injector.SendAsync(client.Name, chaos, request, new Primary(this, Async: true), cancellationToken)
            : base.SendAsync(request, cancellationToken);

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        client.Active is { } chaos
            // completed
            ? injector.SendAsync(client.Name, chaos, request, new Primary(this, Async: false), cancellationToken).GetAwaiter().GetResult()
            : base.Send(request, cancellationToken);

    /// <summary>The primary handler, called as the caller does: a synchronous call never waits for a task.</summary>
    internal readonly record struct Primary(ChaosHandler Handler, bool Async)
    {
        public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Async ? Handler.Pass(request, cancellationToken) : Task.FromResult(Handler.PassSync(request, cancellationToken));
    }

    private Task<HttpResponseMessage> Pass(HttpRequestMessage request, CancellationToken cancellationToken) =>
        base.SendAsync(request, cancellationToken);

    private HttpResponseMessage PassSync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        base.Send(request, cancellationToken);
}
