using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;
using Resilience.Http.Pipeline;
using Resilience.Http.Testing;
using Resilience.Http.Testing.Chance;
using Resilience.Http.Testing.Server;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Changes the services of an app for a test, for example in <c>WebApplicationFactory.ConfigureTestServices</c>.</summary>
public static class ResilienceTestingServiceCollectionExtensions
{
    /// <summary>
    /// Lets a client of <see cref="IHttpClientFactory"/> call a scripted server instead of the network. The server replaces the primary
    /// handler, and all other handlers stay. The client can be typed, named or keyed, and can be registered before or after this call.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="clientName">The name of the client. For a typed client without a name, it is the name of the type.</param>
    /// <param name="script">Adds the answers of the server.</param>
    /// <remarks>
    /// If no client has that name, each call of another client that would reach the network fails with an
    /// <see cref="InvalidOperationException"/> that lists the clients.
    /// </remarks>
    /// <returns>
    /// The server, which records the <see cref="ScriptedServer.Requests"/>. If the container has a <see cref="TimeProvider"/>, the server
    /// uses it.
    /// </returns>
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
    /// Makes all random numbers of resilient clients repeatable (jitter, length of breaks, share of injected faults): the same seed gives
    /// the same numbers in the same order. It can be called before or after the clients are registered.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="seed">The seed. If it is random, write it to the test's output so that a failure can be repeated.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection UseSeededChance(this IServiceCollection services, int seed)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.Replace(ServiceDescriptor.Singleton(new ChanceSource(new SeededChance(seed).Next)));
    }
}
