using Microsoft.Extensions.Configuration;
using Resilience.Http.Settings;

namespace Resilience.Http.Registration.Configuration;

/// <summary>What configuration says about all resilient clients at one moment.</summary>
internal sealed class ConfigurationSnapshot
{
    public const string RootKey = "ResilientHttpClients";
    public const string DefaultsKey = "Defaults";
    public const string ClientsKey = "Clients";

    private readonly Dictionary<string, ConfigurationNode?> _given = new(StringComparer.Ordinal);

    private readonly SectionOwners _owners;
    private readonly List<string> _mistakes = [];

    public ConfigurationSnapshot(long edition, IConfiguration? configuration, ClientRegistrations registrations, SectionOwners owners)
    {
        _owners = owners;
        Edition = edition;
        Root = ConfigurationNode.Read(configuration?.GetSection(RootKey), configuration as IConfigurationRoot);
        MisspelledRoots = [.. (configuration?.GetChildren() ?? []).Where(IsMisspelledRoot).Select(static section => section.Path)];
        Clients = Root?.Child(ClientsKey);
        Defaults = registrations.Defaults.Section is { } given ? Read(given, registrations.Defaults) : Root?.Child(DefaultsKey);
        foreach (var (name, client) in registrations.Clients)
        {
            if (client.Section is { } section)
            {
                _given.Add(name, Read(section, client));
            }
        }
    }

    /// <summary>Taken before the reading began: of two readings the one with the higher number saw the later state.</summary>
    public long Edition { get; }

    public ConfigurationNode? Root { get; }

    /// <summary>Sections of the configuration that are meant as the root, and are not read because of a slip in their name.</summary>
    public IReadOnlyList<string> MisspelledRoots { get; }

    /// <summary>What has no counterpart here, in sections that were written for a standard handler.</summary>
    public IReadOnlyList<string> Mistakes => _mistakes;

    public ConfigurationNode? Defaults { get; }

    public ConfigurationNode? Clients { get; }

    /// <summary>The options of all clients that have no settings of their own, once one was asked for.</summary>
    public ResilientHttpClientOptions? WithoutOwnSettings { get; set; }

    /// <summary>The section of a client; <see langword="null"/> if there is none.</summary>
    public ConfigurationNode? Of(string name)
    {
        if (_given.TryGetValue(name, out var section))
        {
            return section;
        }

        return _owners.IsOnDefaults(name) ? null : Clients?.Child(name);
    }

    /// <summary>
    /// The sections of clients that only the factory's defaults give the chain to. The name is the section's, and its case may differ from
    /// the client's: what the client is called turns out when it is first used.
    /// </summary>
    /// <param name="registrations">What Program.cs said.</param>
    /// <param name="known">The clients that are known to have the chain.</param>
    public IEnumerable<string> OfOthers(ClientRegistrations registrations, IEnumerable<string> known) =>
        registrations.Defaults.HasChain == true
            ? (Clients?.Children ?? [])
                .Select(static section => section.Key)
                .Except(known.Concat(registrations.Clients.Keys), StringComparer.OrdinalIgnoreCase)
            : [];

    private ConfigurationNode? Read(IConfigurationSection section, ClientRegistration client)
    {
        var node = ConfigurationNode.Read(section);
        if (node is null || !client.HasStandardSection)
        {
            return node;
        }

        var translated = StandardSection.Translate(node);
        _mistakes.AddRange(translated.Mistakes);
        return translated.Node;
    }

    /// <summary>
    /// Four letters: <c>ResilientHttpClient</c> and <c>ResilienceHttpClients</c> are slips, <c>ResilientHttpChaos</c> is not.
    /// </summary>
    private static bool IsMisspelledRoot(IConfigurationSection section) =>
        SpellingSuggestion.AreClose(section.Key, RootKey, letters: 4)
        && section.GetChildren().Any(static child =>
            child.Key.Equals(ClientsKey, StringComparison.OrdinalIgnoreCase)
                || child.Key.Equals(DefaultsKey, StringComparison.OrdinalIgnoreCase));

    public bool SaysTheSameAs(ConfigurationSnapshot other) =>
        ConfigurationNode.Same(Root, other.Root)
        && ConfigurationNode.Same(Defaults, other.Defaults)
        && _given.All(given => ConfigurationNode.Same(given.Value, other._given[given.Key]));
}
