using System.Net;

namespace Resilience.Http.Testing.Simulation;

/// <summary>A request at a backend. Its continuations run at once, on the one thread of the simulation.</summary>
internal sealed class PendingRequest : TaskCompletionSource<HttpResponseMessage>
{
    private readonly ISet<PendingRequest> _inFlight;
    private readonly CancellationTokenRegistration _abandoned;

    /// <param name="inFlight">The requests at the backend, which this one leaves when its client abandons it.</param>
    /// <param name="cancellationToken">The client's.</param>
    public PendingRequest(ISet<PendingRequest> inFlight, CancellationToken cancellationToken)
    {
        _inFlight = inFlight;
        _abandoned = cancellationToken.UnsafeRegister(static (self, token) => ((PendingRequest)self!).Abandon(token), this);
    }

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
        if (!Task.IsCompleted)
        {
            TrySetException(new HttpRequestException(error, $"The simulated backend is down: {error}."));
        }
    }

    private void Abandon(CancellationToken cancellationToken)
    {
        _inFlight.Remove(this);
        TrySetCanceled(cancellationToken);
    }
}
