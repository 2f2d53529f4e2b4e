using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// Which client a section belongs to. Configuration ignores case and splits keys at <c>:</c>. A client that only the factory's defaults
/// know can have any name: one that cannot have a section of its own has the settings of the Defaults section.
/// </summary>
internal sealed class SectionOwners(ClientRegistrations registrations)
{
    private readonly ConcurrentDictionary<string, string> _owners = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string> _onDefaults = new(StringComparer.Ordinal);

    /// <summary>Gives a client that comes into use its section, unless its name rules that out.</summary>
    /// <returns>Why it cannot have a section, the first time; otherwise <see langword="null"/>.</returns>
    public string? Claim(string name)
    {
        var reason = ReasonAgainst(name);
        return reason is not null && _onDefaults.TryAdd(name, reason) ? reason : null;
    }

    /// <summary>Whether the client has no section because of its name.</summary>
    public bool IsOnDefaults(string name) => _onDefaults.ContainsKey(name);

    private string? ReasonAgainst(string name)
    {
        if (name.Contains(ConfigurationPath.KeyDelimiter, StringComparison.Ordinal))
        {
            return "the name contains ':', which separates configuration keys";
        }

        var owner = registrations.Chained.FirstOrDefault(chained => chained.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? _owners.GetOrAdd(name, name);
        return owner == name ? null : $"the name differs only in case from the client '{owner}', which reads the section";
    }
}
