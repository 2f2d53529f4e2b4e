namespace Resilience.Http.Tests.Requests;

/// <summary>
/// A primary handler that follows redirects as SocketsHttpHandler does: it changes the URI of the request that it was given, and leaves it
/// so.
/// </summary>
internal sealed class RedirectingServer(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> end) : HttpMessageHandler
{
    public RedirectingServer(Func<HttpRequestMessage, HttpResponseMessage> end)
        : this((request, _) => Task.FromResult(end(request)))
    {
    }

    /// <summary>Where it redirects to; <see langword="null"/> if it does not.</summary>
    public string? Location { get; set; } = "https://storage.internal/file";

    public int Sent { get; private set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Sent++;
        if (Location is not null)
        {
            request.RequestUri = new Uri(Location);
        }

        return end(request, cancellationToken);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();
}
