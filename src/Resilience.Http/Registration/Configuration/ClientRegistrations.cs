namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// What Program.cs said about all resilient clients: gathered in the service collection, read once the container is built.
/// </summary>
internal sealed class ClientRegistrations(SharedChainSetup sharedChain)
{
    private readonly OrderedDictionary<string, ClientRegistration> _clients = new(StringComparer.Ordinal);

    /// <summary>What ConfigureHttpClientDefaults said.</summary>
    public ClientRegistration Defaults { get; } = new();

    /// <summary>
    /// All clients that a statement named, in the order of their first one; whether they have the chain is another question.
    /// </summary>
    public IReadOnlyDictionary<string, ClientRegistration> Clients => _clients;

    /// <summary>
    /// The names of the health check's critical services. They make no client: if the factory's defaults carry the chain, any name may
    /// come up or not.
    /// </summary>
    public HashSet<string> Critical { get; } = new(StringComparer.Ordinal);

    /// <summary>What puts the chain into the clients, except for those that need a setup of their own.</summary>
    public SharedChainSetup SharedChain => sharedChain;

    /// <summary>Whether the package Resilience.Http.Fleet was added.</summary>
    public bool HasFleet { get; set; }

    public ClientRegistration? Find(string name) => _clients.GetValueOrDefault(name);

    /// <summary>The record of a client, made by its first statement.</summary>
    public ClientRegistration GetOrAdd(string name)
    {
        if (!_clients.TryGetValue(name, out var client))
        {
            _clients.Add(name, client = new ClientRegistration());
        }

        return client;
    }

    public bool HasChain(string name) => Find(name)?.HasChain ?? Defaults.HasChain ?? false;

    /// <summary>Whether the chain was never added to the client. If it was removed, that was intended.</summary>
    public bool LacksChain(string name) => Find(name)?.HasChain is null && !HasChain(name);

    /// <summary>The clients of the statements that have the chain.</summary>
    public IEnumerable<string> Chained => _clients.Keys.Where(HasChain);
}
