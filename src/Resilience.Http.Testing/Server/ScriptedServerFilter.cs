using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Resilience.Http.Testing.Recording;

namespace Resilience.Http.Testing.Server;

/// <summary>
/// Puts the scripted servers in as primary handlers, and a recorder of calls in front of everything. It is the first filter, and a filter runs
/// around all configuration of a client, so it has the last word whatever primary handler the app set, where and whenever.
/// </summary>
/// <remarks>
/// Clock and circuits are asked for when a client's handlers are made, no sooner: the factory takes its filters when it is made itself, and what
/// logs cannot be there yet where a logger provider takes the factory.
/// </remarks>
internal sealed class ScriptedServerFilter(IEnumerable<ScriptedClient> clients, IServiceProvider root) : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);

        // The last one for a client counts, as with registrations in general.
        if (clients.LastOrDefault(client => client.Name == builder.Name) is var (name, server))
        {
            server.UseClock(root.GetService<TimeProvider>() ?? TimeProvider.System);
            server.UseCircuits(root.GetService<ICircuitRegistry>() is { } circuits ? new ClientCircuits(circuits, name) : null);
            builder.AdditionalHandlers.Insert(0, new CallRecorder(server));
            builder.PrimaryHandler = server;
        }
    };
}
