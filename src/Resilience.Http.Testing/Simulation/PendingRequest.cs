using System.Net;

namespace Resilience.Http.Testing.Simulation;

/// <summary>A request at a backend. Its continuations run at once, on the one thread of the simulation.</summary>
internal sealed class PendingRequest : TaskCompletionSource<HttpResponseMessage>
{
    private readonly CancellationTokenRegistration _abandoned;

    public PendingRequest(CancellationToken cancellationToken) =>
        _abandoned = cancellationToken.UnsafeRegister(static (self, token) => ((PendingRequest)self!).TrySetCanceled(token), this);

    public void Answer(HttpStatusCode status, TimeSpan? retryAfter = null)
    {
        _abandoned.Dispose();
        if (Task.IsCompleted)
        {
            return;
        }

        var response = new HttpResponseMessage(status);
        if (retryAfter is { } delay)
        {
            response.Headers.RetryAfter = new(delay);
        }

        TrySetResult(response);
    }

    public void Fail(HttpRequestError error)
    {
        _abandoned.Dispose();
        TrySetException(new HttpRequestException(error, $"The simulated backend is down: {error}."));
    }
}
