namespace Resilience.Http.Tests.Retry;

/// <summary>A user's handler inside the chain that throws so many times, before it has a task.</summary>
internal sealed class FailingHandler(int times, Func<Exception> fault) : DelegatingHandler
{
    private int _left = times;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _left-- > 0 ? throw fault() : base.SendAsync(request, cancellationToken);
}
