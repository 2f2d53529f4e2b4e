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
        if (client.AdditionalHandlers.Any(IsOurs) || !client.Services.GetRequiredService<ClientRegistrations>().HasChain(client.Name!))
        {
            return;
        }

        foreach (var handler in ResilienceChain.HandlersFor(client.Services.GetRequiredService<LiveOptions>().Get(client.Name!)))
        {
            client.AdditionalHandlers.Add(handler);
        }
    }

    public static void Remove(HttpMessageHandlerBuilder client)
    {
        foreach (var handler in client.AdditionalHandlers.Where(IsOurs).ToList())
        {
            client.AdditionalHandlers.Remove(handler);
        }
    }

    private static bool IsOurs(DelegatingHandler handler) => handler is ResilienceHandler;
}
