using Microsoft.Extensions.Configuration;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// What the name of a client in Program.cs must not be: it is also a configuration key, which ignores case and is split at <c>:</c>. Names
/// that come up later are the concern of <see cref="SectionOwners"/>.
/// </summary>
internal static class ClientNames
{
    /// <summary>
    /// Whether the name is made of that of a type with its assembly, as Refit makes it if it is given none: it changes with each release.
    /// </summary>
    public static bool HoldsVersion(string name) => name.Contains(", Version=", StringComparison.Ordinal);

    public static IEnumerable<string> Mistakes(IReadOnlyCollection<string> names)
    {
        foreach (var name in names.Where(static name => name.Contains(ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)))
        {
            yield return $"The client name '{name}' contains ':', which separates configuration keys. Rename the client, or remove its " +
                "chain with RemoveResilience()";
        }

        if (new HashSet<string>(names, StringComparer.OrdinalIgnoreCase).Count == names.Count)
        {
            yield break; // As nearly always: a group for each name would cost more than all other checks.
        }

        foreach (var same in names.GroupBy(static name => name, StringComparer.OrdinalIgnoreCase).Where(static same => same.Count() > 1))
        {
            var spellings = string.Join(" and ", same.Order(StringComparer.Ordinal).Select(static name => $"'{name}'"));
            yield return $"The client names {spellings} differ only in case: they would share a configuration section but not a client. " +
                "Spell them the same way";
        }
    }
}
