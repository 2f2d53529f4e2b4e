namespace Resilience.Http.Tests.Timeouts;

/// <summary>
/// A handler inside the chain that looks into the body, as one that logs it does: buffers it, so that others can read it too, and disposes
/// of the stream.
/// </summary>
internal sealed class BufferingHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return response;
    }
}
