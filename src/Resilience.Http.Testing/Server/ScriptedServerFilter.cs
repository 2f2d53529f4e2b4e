using Microsoft.Extensions.Http;
using Resilience.Http.Testing.Calls;

namespace Resilience.Http.Testing.Server;

/// <summary>
/// Puts the scripted servers in as primary handlers, and a recorder of calls in front of everything. A filter runs around all configuration of a client, so it has the last word
/// whatever primary handler the app set, and whenever.
/// </summary>
internal sealed class ScriptedServerFilter(IEnumerable<ScriptedClient> clients, TimeProvider? clock = null, ICircuitRegistry? circuits = null)
    : IHttpMessageHandlerBuilderFilter
{
    private readonly Dictionary<string, ScriptedServer> _servers = Attach(clients, clock ?? TimeProvider.System, circuits);

    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (builder.Name is { } name && _servers.TryGetValue(name, out var server))
        {
            builder.AdditionalHandlers.Insert(0, new CallRecorder(server));
            builder.PrimaryHandler = server;
        }
    };

    private static Dictionary<string, ScriptedServer> Attach(IEnumerable<ScriptedClient> clients, TimeProvider clock, ICircuitRegistry? circuits)
    {
        // The last one for a client counts, as with registrations in general.
        var servers = new Dictionary<string, ScriptedServer>(StringComparer.Ordinal);
        foreach (var (name, server) in clients)
        {
            server.UseClock(clock);
            server.UseCircuits(circuits is null ? null : new ClientCircuits(circuits, name));
            servers[name] = server;
        }

        return servers;
    }
}
