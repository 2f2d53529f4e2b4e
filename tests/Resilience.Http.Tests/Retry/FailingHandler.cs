namespace Resilience.Http.Tests.Retry;

/// <summary>A handler inside the chain that throws, before it looks at the request, so many times.</summary>
internal sealed class FailingHandler(int times, Func<Exception> fault) : DelegatingHandler
{
    private int _left = times;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _left-- > 0 ? throw fault() : base.SendAsync(request, cancellationToken);
}
