using Resilience.Http.ClientSettings;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Fallback;

/// <summary>Answers in the service's place when all else failed. Off, it hands back the inner task untouched.</summary>
internal sealed class FallbackHandler(ServiceState service) : ResilienceHandler(service, OptionalFeatures.Fallback)
{
    private ServiceFallback? _fallback;

    /// <summary>Made when it is first needed: most services have no fallback.</summary>
    private ServiceFallback ServiceFallback => _fallback ??= ServiceFallback.GetOrCreate(Service);

    internal override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken) =>
        context.Options.Fallback.IsOff
            ? NextAsync(request, context, async, cancellationToken)
            : GuardAsync(request, context, async, cancellationToken);

    private async Task<HttpResponseMessage> GuardAsync(
        HttpRequestMessage request, CallContext context, bool async, CancellationToken cancellationToken)
    {
        var owner = context.TryOwn();
        try
        {
            var asked = ServiceFallback.Begin(request, context.Options.Fallback);
            HttpResponseMessage response;
            try
            {
                response = await NextAsync(request, context, async, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // Asked once, so not in a filter too: the caller may leave in between.
                if (Conclude(asked, request, context, null, exception) is not { } cause
                    || await ServiceFallback
                        .AnswerAsync(new(request, asked, context, cause, null, exception), InnerHandler, async)
                        .ConfigureAwait(false) is not { } answer)
                {
                    throw;
                }

                return answer;
            }

            if (Conclude(asked, request, context, response, null) is not { } failed)
            {
                return response;
            }

            return await ServiceFallback
                .AnswerAsync(new(request, asked, context, failed, response, null), InnerHandler, async)
                .ConfigureAwait(false) ?? response;
        }
        finally
        {
            if (owner)
            {
                context.Return();
            }
        }
    }

    /// <summary>Learns from the end of the call, and says why a fallback is to be asked, if one is.</summary>
    private FallbackCause? Conclude(
        OriginalRequest asked, HttpRequestMessage request, CallContext context, HttpResponseMessage? response, Exception? exception)
    {
        var cause = FallbackRules.CauseOf(context, request, response, exception);
        ServiceFallback.Learn(response, request, context, asked);
        return cause;
    }
}
