using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Resilience.Http.Settings;
using Resilience.Http.Testing.Recording;

namespace Resilience.Http.Testing.Server;

/// <summary>
/// Puts the scripted servers in as primary handlers, and a recorder of calls in front of everything. It is the first filter, and a filter
/// runs around all configuration of a client, so that it replaces whatever primary handler the app sets.
/// </summary>
/// <remarks>
/// Clock and circuits are asked for when a client's handlers are made, no sooner: the factory takes its filters when it is made itself, and
/// what logs cannot be there yet if a logger provider uses the factory.
/// </remarks>
internal sealed class ScriptedServerFilter(IEnumerable<ScriptedClient> clients, KnownClients known, IServiceProvider root)
    : IHttpMessageHandlerBuilderFilter
{
    private readonly ConcurrentDictionary<string, bool> _created = new(StringComparer.Ordinal);

    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        _created.TryAdd(builder.Name ?? "", true);

        // The last one for a client counts, as with registrations in general.
        if (clients.LastOrDefault(client => client.Name == builder.Name) is var (name, server))
        {
            server.UseClock(root.GetService<TimeProvider>() ?? TimeProvider.System);
            server.UseCircuits(root.GetService<ICircuitRegistry>() is { } circuits ? new ClientCircuits(circuits, name) : null);
            builder.AdditionalHandlers.Insert(0, new CallRecorder(server));
            builder.PrimaryHandler = server;
        }
        else if (builder.PrimaryHandler is SocketsHttpHandler or HttpClientHandler && MissingClient() is not null)
        {
            builder.AdditionalHandlers.Add(new MisspelledClientHandler(() => Explain(builder.Name ?? "")));
        }
    };

    /// <summary>A client that a scripted server was put into, and that neither is registered nor was ever created.</summary>
    private string? MissingClient() => known.Names(root) is { Count: > 0 } names
        ? clients.Select(static client => client.Name).FirstOrDefault(name => !names.Contains(name) && !_created.ContainsKey(name))
        : null;

    /// <returns>Why a client must not use the network; <see langword="null"/> if the missing client was created meanwhile.</returns>
    private string? Explain(string name)
    {
        if (MissingClient() is not { } missing)
        {
            return null;
        }

        string[] all = [.. known.Names(root).Append(name).Distinct().Where(static known => known.Length > 0).Order(StringComparer.Ordinal)];
        var hint = SpellingSuggestion.To(missing, all) is { } near ? $" Did you mean \"{near}\"?" : "";
        return $"UseScriptedServer(\"{missing}\", ...): no client of that name was found, and the client \"{name}\" would call the real " +
            $"network.{hint} Clients: {string.Join(", ", all)}. A typed client has the name it was registered under, " +
            "or the name of its type.";
    }
}
