namespace Resilience.Http.Registration;

/// <summary>What Program.cs said about all resilient clients: gathered in the service collection, read once the container is built.</summary>
internal sealed class ClientRegistrations
{
    private readonly Dictionary<string, ClientRegistration> _clients = new(StringComparer.Ordinal);

    /// <summary>What ConfigureHttpClientDefaults said.</summary>
    public ClientRegistration Defaults { get; } = new();

    /// <summary>All clients that a statement named, in the order of their first one; whether they have the chain is another question.</summary>
    public IReadOnlyDictionary<string, ClientRegistration> Clients => _clients;

    /// <summary>The record to write to; <see langword="null"/> is the name of the factory's defaults.</summary>
    public ClientRegistration For(string? name)
    {
        if (name is null)
        {
            return Defaults;
        }

        if (!_clients.TryGetValue(name, out var client))
        {
            _clients.Add(name, client = new ClientRegistration());
        }

        return client;
    }

    public ClientRegistration? Find(string name) => _clients.GetValueOrDefault(name);

    public bool HasChain(string name) => Find(name)?.HasChain ?? Defaults.HasChain ?? false;
}
