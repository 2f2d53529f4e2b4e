using System.Net;

namespace Resilience.Http.DashboardTests.Fixtures;

/// <summary>Stands in for the service that a client calls: it is up, or it is down.</summary>
internal sealed class SwitchableServer
{
    public bool IsDown { get; set; }

    /// <summary>The factory disposes of handlers, so each client gets its own.</summary>
    public HttpMessageHandler NewHandler() => new Handler(this);

    private sealed class Handler(SwitchableServer server) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(server.IsDown ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK)
            {
                RequestMessage = request,
            });
    }
}
