using Microsoft.Extensions.Http;
using Resilience.Http.Chain;

namespace Resilience.Http.Registration;

/// <summary>Looks through the handlers of a resilient client when the factory has gathered them all.</summary>
internal sealed class SecondLayerFilter : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => client =>
    {
        next(client);
        if (ChainInstaller.FindIn(client.AdditionalHandlers) is { } ours)
        {
            SecondLayerTelemetry.Look(ours.Service, client.AdditionalHandlers, client.PrimaryHandler);
        }
    };
}
