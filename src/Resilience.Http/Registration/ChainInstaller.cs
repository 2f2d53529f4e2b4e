using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Resilience.Http.Chain;
using Resilience.Http.Pipeline;
using Resilience.Http.Registration.Configuration;

namespace Resilience.Http.Registration;

/// <summary>
/// Puts the chain among a client's handlers, and takes it out. Runs whenever the factory builds them, in the order of the statements, those
/// of the factory's defaults first.
/// </summary>
internal static class ChainInstaller
{
    public static void Add(HttpMessageHandlerBuilder client)
    {
        // The last word counts: a client whose chain is taken out later on never gets a service, and so no circuits.
        if (FindIn(client.AdditionalHandlers) is not null
            || !client.Services.GetRequiredService<ClientRegistrations>().HasChain(client.Name!))
        {
            return;
        }

        var handlers = ResilienceChain.HandlersFor(client.Services.GetRequiredService<LiveOptions>().Get(client.Name!));
        (client.AdditionalHandlers as List<DelegatingHandler>)?.EnsureCapacity(client.AdditionalHandlers.Count + handlers.Length + 1);
        foreach (var handler in handlers)
        {
            client.AdditionalHandlers.Add(handler);
        }
    }

    /// <summary>The first handler of the chain among those of a client.</summary>
    public static ResilienceHandler? FindIn(IList<DelegatingHandler> handlers)
    {
        // No query: an app may start with a thousand clients, each of which comes by here three times.
        for (var i = 0; i < handlers.Count; i++)
        {
            if (handlers[i] is ResilienceHandler found)
            {
                return found;
            }
        }

        return null;
    }

    public static void Remove(HttpMessageHandlerBuilder client)
    {
        foreach (var handler in client.AdditionalHandlers.OfType<ResilienceHandler>().ToList())
        {
            client.AdditionalHandlers.Remove(handler);
        }
    }
}
