using Resilience.Http.Pipeline;

namespace Resilience.Http.Testing.Server;

/// <summary>
/// Around the primary handler of a client without a scripted server, while another scripted server has no client: the name of that one is
/// most likely misspelled, and the call must not reach the network in silence.
/// </summary>
internal sealed class MisspelledClientHandler(Func<string?> explain) : DelegatingHandler, ITransparentHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        explain() is { } reason
            ? Task.FromException<HttpResponseMessage>(new InvalidOperationException(reason))
            : base.SendAsync(request, cancellationToken);

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        explain() is { } reason ? throw new InvalidOperationException(reason) : base.Send(request, cancellationToken);
}
