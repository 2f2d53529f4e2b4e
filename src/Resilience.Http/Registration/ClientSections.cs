using Microsoft.Extensions.Configuration;
using Resilience.Http.Settings;

namespace Resilience.Http.Registration;

/// <summary>What configuration says about all resilient clients at one moment.</summary>
internal sealed class ClientSections
{
    public const string RootKey = "ResilientHttpClients";
    public const string DefaultsKey = "Defaults";
    public const string ClientsKey = "Clients";

    private readonly Dictionary<string, SettingsNode?> _given = new(StringComparer.Ordinal);
    private readonly SettingsNode? _clients;

    private ClientSections(IConfiguration? configuration, ClientRegistrations registrations)
    {
        Root = SettingsNode.Read(configuration?.GetSection(RootKey));
        _clients = Root?.Child(ClientsKey);
        Defaults = registrations.Defaults.Section is { } given ? SettingsNode.Read(given) : Root?.Child(DefaultsKey);
        foreach (var (name, client) in registrations.Clients)
        {
            if (client.Section is { } section)
            {
                _given.Add(name, SettingsNode.Read(section));
            }
        }
    }

    public SettingsNode? Root { get; }

    public SettingsNode? Defaults { get; }

    public static ClientSections Read(IConfiguration? configuration, ClientRegistrations registrations) => new(configuration, registrations);

    /// <summary>The section of a client; <see langword="null"/> where there is none.</summary>
    public SettingsNode? Of(string name) => _given.TryGetValue(name, out var section) ? section : _clients?.Child(name);
}
