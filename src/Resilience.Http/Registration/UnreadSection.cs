using Resilience.Http.Settings;
using Resilience.Http.Telemetry;

namespace Resilience.Http.Registration;

/// <summary>A client's section that no client reads: most often a slip in the name.</summary>
internal readonly record struct UnreadSection(string Path, string Hint)
{
    public static IEnumerable<UnreadSection> In(ClientSections sections, ClientRegistrations registrations)
    {
        string[] chained = [.. registrations.Chained];
        var read = chained.Concat(registrations.SectionsOfOthers(sections, chained)).Select(sections.Of).OfType<SettingsNode>()
            .ToLookup(static section => section.Path, StringComparer.OrdinalIgnoreCase);
        return
            from section in sections.Clients?.Children ?? []
            where !read[section.Path].Any(given => SettingsNode.Same(given, section)) // one that was given may stand in another configuration
            select new UnreadSection(section.Path, Guess(section.Key, chained, registrations));
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

        return Nearest.To(key, chained.Where(static name => name.Length > 0)) is { } near
            ? $"did you mean {near}?"
            : $"resilient clients are {(chained.Length > 0 ? string.Join(", ", chained.Select(ServiceText.Of)) : "none")}";
    }
}
