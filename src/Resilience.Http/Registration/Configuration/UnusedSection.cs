using Resilience.Http.Settings;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Registration.Configuration;

/// <summary>A client's section that no client reads: most often a slip in the name.</summary>
internal readonly record struct UnusedSection(string Path, string Hint)
{
    public static IEnumerable<UnusedSection> In(ConfigurationSnapshot sections, ClientRegistrations registrations)
    {
        string[] chained = [.. registrations.Chained];
        var read = chained.Concat(sections.OfOthers(registrations, chained)).Select(sections.Of).OfType<ConfigurationNode>()
            .ToLookup(static section => section.Path, StringComparer.OrdinalIgnoreCase);
        return
            from section in sections.Clients?.Children ?? []
            // one that was given may stand in another configuration
            where !read[section.Path].Any(given => ConfigurationNode.Same(given, section))
            select new UnusedSection(section.Path, Guess(section.Key, chained, registrations));
    }

    private static string Guess(string key, string[] chained, ClientRegistrations registrations)
    {
        if (chained.Contains(key, StringComparer.OrdinalIgnoreCase))
        {
            return "the client of that name reads another section";
        }

        if (registrations.Clients.Keys.Contains(key, StringComparer.OrdinalIgnoreCase))
        {
            return "the client of that name does not have the chain";
        }

        return SpellingSuggestion.To(key, chained.Where(static name => name.Length > 0)) is { } near
            ? $"did you mean {near}?"
            : $"resilient clients are {(chained.Length > 0 ? string.Join(", ", chained.Select(ServiceText.Format)) : "none")}";
    }
}
