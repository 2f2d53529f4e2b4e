using Resilience.Http.Settings;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// A section with settings of a feature that is off by default, and whose <c>Enabled</c> is not set: most often it was forgotten.
/// </summary>
internal readonly record struct UnusedFeature(string Path)
{
    private const string Switch = nameof(ResilientHttpClientOptions.Enabled);

    private static readonly (string Key, Func<ResilientHttpClientOptions, bool> IsOn)[] Features =
    [
        (nameof(ResilientHttpClientOptions.Hedging), static options => options.Hedging.Enabled),
        (nameof(ResilientHttpClientOptions.RateLimit), static options => options.RateLimit.Enabled),
        (nameof(ResilientHttpClientOptions.ConcurrencyLimit), static options => options.ConcurrencyLimit.Enabled),
        (nameof(ResilientHttpClientOptions.Fleet), static options => options.Fleet.Enabled),
    ];

    /// <summary>Those of all clients; a section that several of them read is there once.</summary>
    public static IEnumerable<UnusedFeature> In(ValidatedConfiguration clients) =>
        clients.Names
            .Where(name => clients.Sections.Defaults is not null || clients.Sections.Of(name) is not null)
            .SelectMany(name => In(clients.Sections, name, clients.Options[name]))
            .Distinct();

    private static IEnumerable<UnusedFeature> In(ConfigurationSnapshot sections, string client, ResilientHttpClientOptions options)
    {
        ConfigurationNode[] layers = [.. new[] { sections.Of(client), sections.Defaults }.OfType<ConfigurationNode>()];
        return
            from feature in Features
            where options.Enabled && !feature.IsOn(options)
            let written = layers.Select(layer => layer.Child(feature.Key)).OfType<ConfigurationNode>().ToList()
            where written.All(static section => section.Child(Switch) is null)
            let first = written.FirstOrDefault(static section => section.Children.Count > 0)
            where first is not null
            select new UnusedFeature(first.Path);
    }
}
