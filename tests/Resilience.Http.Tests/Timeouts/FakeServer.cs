namespace Resilience.Http.Tests.Timeouts;

/// <summary>
/// A primary handler made of one function; the synchronous way waits for the same function. For tests of the very task that comes out of
/// the chain: a ScriptedServer has a task of its own around every answer.
/// </summary>
internal sealed class FakeServer(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        answer(request, cancellationToken);

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        answer(request, cancellationToken).GetAwaiter().GetResult();
}
