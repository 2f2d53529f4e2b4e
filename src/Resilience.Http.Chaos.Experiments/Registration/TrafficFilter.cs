using Microsoft.Extensions.Http;
using Resilience.Http.Chaos.Experiments.Traffic;

namespace Resilience.Http.Chaos.Experiments.Registration;

/// <summary>
/// Puts the two handlers that count into every client: the calls are counted outermost, and the sends around the fault handler, so that a
/// request that meets a fault counts as sent.
/// </summary>
internal sealed class TrafficFilter(ClientTraffic traffic, TimeProvider clock) : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (builder.Name is { } name)
        {
            var client = traffic.Client(name);
            builder.AdditionalHandlers.Insert(0, new CallWatchHandler(client, clock));
            builder.AdditionalHandlers.Add(new SendWatchHandler(client));
        }
    };
}
