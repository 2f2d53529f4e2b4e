namespace Resilience.Http.Pipeline;

/// <summary>
/// A handler inside the loop. It begins its part of an attempt in SendAsync and ends it in <see cref="End"/>, which the loop calls
/// when the attempt is over: so an attempt is awaited once, however many handlers have a part in it. What it needs in between it keeps with
/// the call (<see cref="CallContext.Held{T}"/>).
/// </summary>
internal abstract class AttemptHandler(ServiceState service) : ResilienceHandler(service)
{
    /// <summary>
    /// Ends the attempt, the handlers further in first. Called once for each attempt, also for one that SendAsync threw at.
    /// </summary>
    /// <param name="attempt">The attempt, completed.</param>
    /// <param name="request">The request as the attempt has left it.</param>
    /// <param name="context">The call.</param>
    /// <returns>The attempt as it counts from here on: an exception may become another one.</returns>
    internal abstract Task<HttpResponseMessage> End(Task<HttpResponseMessage> attempt, HttpRequestMessage request, CallContext context);

    /// <summary>Somebody has put a handler between this one and the loop: then nobody else ends the attempt.</summary>
    private protected sealed override async Task<HttpResponseMessage> BeginAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        context.TryOwn();
        context.BeginAttempt(request);
        Task<HttpResponseMessage> attempt;
        try
        {
            attempt = SendAsync(request, context, async, cancellationToken);
            await ((Task)attempt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception exception)
        {
            attempt = Task.FromException<HttpResponseMessage>(exception);
        }

        attempt = End(attempt, request, context);
        context.Return();
        return await attempt.ConfigureAwait(false);
    }
}
