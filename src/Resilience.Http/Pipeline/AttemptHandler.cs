using Resilience.Http.ClientSettings;

namespace Resilience.Http.Pipeline;

/// <summary>
/// A handler inside the loop. It begins its part of an attempt in <see cref="SendAttemptAsync"/> and ends it in <see cref="OnEnded"/>. The
/// loop awaits the attempt once for all of them and then ends them, the innermost first. Each that has begun it is ended, whatever the
/// others do.
/// </summary>
internal abstract class AttemptHandler(ServiceState service, OptionalFeatures feature = OptionalFeatures.None)
    : ResilienceHandler(service, feature)
{
    internal sealed override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken) =>
        SendAsync(request, context.Attempt, async, cancellationToken);

    internal sealed override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, AttemptContext attempt, bool async, CancellationToken cancellationToken)
    {
        attempt.OpenHandlers++;
        return SendAttemptAsync(request, attempt, async, cancellationToken);
    }

    internal sealed override Task<HttpResponseMessage> End(
        Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt)
    {
        if (--attempt.OpenHandlers > 0)
        {
            try
            {
                ended = EndNext(ended, request, attempt);
            }
            catch (Exception exception)
            {
                // The user's code threw, such as a listener of metrics. This handler has something to give back all the same.
                Discard(ended);
                _ = OnEnded(Task.FromException<HttpResponseMessage>(exception), request, attempt);
                throw;
            }
        }

        return OnEnded(ended, request, attempt);
    }

    /// <summary>Begins the attempt and passes it on, or refuses it. May throw.</summary>
    protected abstract Task<HttpResponseMessage> SendAttemptAsync(
        HttpRequestMessage request, AttemptContext attempt, bool async, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the attempt, after the handlers further in. Called once for each call of <see cref="SendAttemptAsync"/>, also if that threw.
    /// </summary>
    /// <param name="ended">The attempt, completed.</param>
    /// <param name="request">The request as the attempt has left it.</param>
    /// <param name="attempt">What is known of the attempt.</param>
    /// <returns>The attempt as it counts from here on: an exception may become another one.</returns>
    protected abstract Task<HttpResponseMessage> OnEnded(
        Task<HttpResponseMessage> ended, HttpRequestMessage request, AttemptContext attempt);

    /// <summary>
    /// Ends the handlers further in after they have refused an attempt, so that it can be passed to them once more.
    /// </summary>
    /// <param name="refused">The attempt, completed.</param>
    /// <param name="request">The request.</param>
    /// <param name="attempt">What is known of the attempt.</param>
    /// <param name="outer">How many handlers, this one included, had begun it before they did.</param>
    protected void EndRefused(Task<HttpResponseMessage> refused, HttpRequestMessage request, AttemptContext attempt, int outer)
    {
        attempt.OpenHandlers -= outer;
        try
        {
            Discard(EndNext(refused, request, attempt));
        }
        finally
        {
            attempt.OpenHandlers = outer;
        }

        attempt.ForgetRefusal();
    }

    private static void Discard(Task<HttpResponseMessage> ended)
    {
        if (ended.IsCompletedSuccessfully)
        {
            ended.Result.Dispose();
        }
        else
        {
            _ = ended.Exception; // Seen, so that it is not reported as unobserved.
        }
    }

    /// <summary>Another handler stands between the loop and this one, so the loop cannot end its attempts: it does so itself.</summary>
    private protected sealed override async Task<HttpResponseMessage> BeginAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        context.TryOwn();
        context.BeginAttempt(request);
        Task<HttpResponseMessage> ended;
        try
        {
            ended = SendAsync(request, context.Attempt, async, cancellationToken);
            await ((Task)ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception exception)
        {
            ended = Task.FromException<HttpResponseMessage>(exception);
        }

        ended = End(ended, request, context.Attempt);
        context.Return();
        return await ended.ConfigureAwait(false);
    }
}
