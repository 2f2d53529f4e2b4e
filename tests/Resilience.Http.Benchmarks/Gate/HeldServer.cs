using System.Net;
using Resilience.Http.Benchmarks.Cases;
using Resilience.Http.Benchmarks.Contenders;

namespace Resilience.Http.Benchmarks.Gate;

/// <summary>
/// Answers 200 when it is told to, which is after the whole chain has begun to wait. With a server that answers from another thread
/// some calls find their answer there already, and the bytes of a call would be a matter of luck.
/// </summary>
internal sealed class HeldServer : HttpMessageHandler
{
    private HttpRequestMessage? _request;
    private TaskCompletionSource<HttpResponseMessage>? _held;

    /// <summary>As <see cref="Case.Connect(Contender)"/>, for a call that waits for its answer.</summary>
    public static Func<Task> Connect(Contender contender)
    {
        var server = new HeldServer();
        var callAsync = Case.Asynchronous.Connect(contender, server);
        return () =>
        {
            var call = callAsync();
            server.Answer();
            return call;
        };
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _request = request;
        _held = new TaskCompletionSource<HttpResponseMessage>();
        return _held.Task;
    }

    /// <summary>What waits for the answer runs in here, down to the caller's own continuation.</summary>
    private void Answer() => _held!.SetResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = _request });
}
