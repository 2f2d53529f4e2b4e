using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Resilience.Http.Chaos.Experiments.Values;
using Resilience.Http.Chaos.Settings;

namespace Resilience.Http.Chaos.Experiments.Toolkit;

/// <summary>
/// Reads the faults of a client from an experiment with the very keys, forms and rules of <c>ResilientHttpChaos:Clients:{name}</c>: the
/// JSON is turned into a configuration section, and the mistakes that its reader finds get their lines.
/// </summary>
internal sealed class FaultsReader(ExperimentErrors mistakes)
{
    private const string Root = "arguments";

    public HttpChaosClientOptions? Read(LocatedJson json)
    {
        if (json.Members.Count == 0)
        {
            mistakes.Add(json, "sets no faults. Set at least one of Latency, Abort and SlowBody.");
            return null;
        }

        var values = new Dictionary<string, string?>();
        var lines = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        if (!Flatten(json, Root, values, lines))
        {
            return null;
        }

        var section = new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection(Root);
        var (options, wrong) = FaultSection.Read(section);
        foreach (var mistake in wrong)
        {
            Report(mistake, json, lines);
        }

        return wrong.Count == 0 ? options : null;
    }

    /// <summary>
    /// As the JSON provider of configuration does: of an empty object there is only the key, of an empty list an empty text.
    /// </summary>
    /// <returns>Whether every key is there once; upper and lower case are the same to configuration.</returns>
    private bool Flatten(LocatedJson json, string path, Dictionary<string, string?> values, Dictionary<string, int> lines)
    {
        if (!lines.TryAdd(path, json.Line))
        {
            mistakes.Add(json, "occurs twice; remove one of them.");
            return false;
        }

        var once = true;
        switch (json.Kind)
        {
            case JsonValueKind.Null:
            case JsonValueKind.Object when json.Members.Count == 0:
                values[path] = null;
                break;
            case JsonValueKind.Array when json.Items.Count == 0:
                values[path] = "";
                break;
            case JsonValueKind.Object:
                foreach (var (name, value) in json.Members)
                {
                    once &= Flatten(value, $"{path}:{name}", values, lines);
                }

                break;
            case JsonValueKind.Array:
                for (var i = 0; i < json.Items.Count; i++)
                {
                    once &= Flatten(json.Items[i], $"{path}:{i}", values, lines);
                }

                break;
            default:
                values[path] = json.AsText();
                break;
        }

        return once;
    }

    /// <summary>A mistake begins with the path of what is wrong, which ends at a blank.</summary>
    private void Report(string mistake, LocatedJson json, Dictionary<string, int> lines)
    {
        var end = mistake.IndexOf(' ', StringComparison.Ordinal);
        var path = mistake[..end];
        var line = lines.TryGetValue(path, out var known) ? known : json.Line;
        mistakes.Add(line, $"{json.Path}{path[Root.Length..].Replace(':', '.')}", $"{mistake[(end + 1)..]}.");
    }
}
