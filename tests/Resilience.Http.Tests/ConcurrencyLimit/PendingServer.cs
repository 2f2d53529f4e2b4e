using System.Collections.Concurrent;
using System.Net;

namespace Resilience.Http.Tests.ConcurrencyLimit;

/// <summary>A server whose answers the test gives, one by one.</summary>
internal sealed class PendingServer : HttpMessageHandler
{
    private readonly ConcurrentQueue<TaskCompletionSource<HttpResponseMessage>> _pending = [];
    private int _received;

    public int Received => Volatile.Read(ref _received);

    /// <summary>Answers the one that came first of those that are not answered.</summary>
    public void Answer(HttpStatusCode status = HttpStatusCode.OK)
    {
        Assert.True(_pending.TryDequeue(out var next), "Nothing waits for an answer.");
        next.TrySetResult(new(status));
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        cancellationToken.UnsafeRegister((_, token) => answer.TrySetCanceled(token), null);
        _pending.Enqueue(answer);
        Interlocked.Increment(ref _received);
        return answer.Task;
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();
}
