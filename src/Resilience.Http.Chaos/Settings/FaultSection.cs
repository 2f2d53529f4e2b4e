using Microsoft.Extensions.Configuration;
using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Settings;

/// <summary>
/// Reads the faults of one client from a section, with the keys, forms and rules of <c>ResilientHttpChaos:Clients:{name}</c>.
/// </summary>
internal static class FaultSection
{
    public static (HttpChaosClientOptions Faults, IReadOnlyList<string> Mistakes) Read(IConfigurationSection section)
    {
        var faults = new HttpChaosClientOptions();
        var reading = new OptionsReadResult(section.Path);
        HttpChaosClientOptionsKeys.Keys.Read(ConfigurationNode.Read(section)!, faults, prefix: "", reading);
        HttpChaosClientOptionsKeys.Keys.Check(faults, prefix: "", reading);
        FaultRules.Check(faults, section.Path, reading);
        return (faults, reading.Mistakes);
    }
}
