using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;
using Resilience.Http.Testing.Chance;
using Resilience.Http.Testing.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts the parts of a test into an app's services, for instance in <c>WebApplicationFactory.ConfigureTestServices</c>.</summary>
public static class ResilienceTestingServiceCollectionExtensions
{
    /// <summary>
    /// Lets a client of <see cref="IHttpClientFactory"/> talk to a scripted server in place of the network: everything above the primary
    /// handler stays as the app has it. It does not matter how the client is registered (typed, named, keyed), whether before or
    /// after, and which primary handler the app sets.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="clientName">The name of the client; that of a typed client is the name it was registered under, or that of the
    /// type.</param>
    /// <param name="script">Writes what the server answers.</param>
    /// <remarks>
    /// If no client has that name, a call of another client that would reach the network fails with an
    /// <see cref="InvalidOperationException"/> that lists the clients.
    /// </remarks>
    /// <returns>The server, with the received <see cref="ScriptedServer.Requests"/>. It uses the container's <see cref="TimeProvider"/> if
    /// there is one.</returns>
    public static ScriptedServer UseScriptedServer(this IServiceCollection services, string clientName, Action<ServerScript> script)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(clientName);
        var server = new ScriptedServer(script, name: clientName);
        services.AddSingleton(new ScriptedClient(clientName, server));
        if (!services.Any(static service => service.ImplementationType == typeof(ScriptedServerFilter)))
        {
            services.AddSingleton(new KnownClients(services));
            // the first filter has the last word
            services.Insert(0, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, ScriptedServerFilter>());
        }

        return server;
    }

    /// <summary>
    /// Makes the chance of all resilient clients (jitter, length of breaks, share of injected faults) repeatable: the same numbers in the
    /// same order for the same seed. Before or after the clients.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="seed">The seed. If it is random, write it to the test's output so that a failure can be repeated.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection UseSeededChance(this IServiceCollection services, int seed)
    {
        ArgumentNullException.ThrowIfNull(services);
        var chance = new SeededChance(seed);
        return services.Replace(ServiceDescriptor.Singleton(provider => new ResilienceRuntime(
            provider.GetService<TimeProvider>(),
            chance.Next,
            provider.GetService<ILoggerFactory>(),
            provider.GetService<IMeterFactory>())));
    }
}
