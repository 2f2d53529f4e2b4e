using Microsoft.Extensions.Http;
using Resilience.Http.Fallback;
using Resilience.Http.Pipeline;

namespace Resilience.Http.Registration;

/// <summary>
/// Puts the handler that notes what is sent behind every other handler of a client with the chain. It is the first filter when it is
/// registered, so that its turn comes when those of the app and of the factory have added their handlers.
/// </summary>
internal sealed class SentRequestFilter : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (ChainInstaller.FindIn(builder.AdditionalHandlers) is { } chain)
        {
            builder.AdditionalHandlers.Insert(PlaceIn(builder.AdditionalHandlers), new SentRequestHandler(chain.Service));
        }
    };

    /// <summary>Before a handler that injects faults in the primary's place: what it answers is to be seen too.</summary>
    private static int PlaceIn(IList<DelegatingHandler> handlers)
    {
        var place = handlers.Count;
        while (place > 0 && handlers[place - 1] is ITransparentHandler)
        {
            place--;
        }

        return place;
    }
}
