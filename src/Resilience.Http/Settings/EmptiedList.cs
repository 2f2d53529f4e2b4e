using Microsoft.Extensions.Configuration;

namespace Resilience.Http.Settings;

/// <summary>
/// Finds the items that a list has left after a later file emptied it. Configuration merges lists item by item, so <c>[]</c> and
/// <c>null</c> remove nothing: they are an empty text, or no text, at the key of the list, beside the items of the earlier file.
/// </summary>
internal static class EmptiedList
{
    /// <returns>The keys of the items to ignore: those that no provider sets after the last one that emptied the list.</returns>
    public static IReadOnlySet<string> StaleItems(IConfigurationRoot root, IConfigurationSection list)
    {
        var stale = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var provider in Flatten(root))
        {
            string[] items = [.. provider.GetChildKeys([], list.Path).Distinct(StringComparer.OrdinalIgnoreCase)];
            if (items.Length > 0)
            {
                stale.ExceptWith(items); // also if the provider has an empty text of its own, as a web host's UseSetting leaves behind
            }
            else if (provider.TryGet(list.Path, out var text) && string.IsNullOrEmpty(text))
            {
                stale.UnionWith(list.GetChildren().Select(static item => item.Key));
            }
        }

        return stale;
    }

    /// <summary>The providers in their order, and those of a configuration that another one includes, in its place.</summary>
    private static IEnumerable<IConfigurationProvider> Flatten(IConfigurationRoot root) => root.Providers.SelectMany(static provider =>
        provider is ChainedConfigurationProvider { Configuration: IConfigurationRoot inner } ? Flatten(inner) : [provider]);
}
