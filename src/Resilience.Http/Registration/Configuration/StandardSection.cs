using Resilience.Http.Settings;

namespace Resilience.Http.Registration.Configuration;

/// <summary>
/// A section that was written for <c>AddStandardResilienceHandler</c> or <c>AddStandardHedgingHandler</c>, under the keys it has here. Its
/// values keep their paths, so that a mistake names the line that its owner wrote. What the section does not set has the default that it
/// has there: the client behaves as before, except for what <see cref="Differences"/> says.
/// </summary>
internal sealed class StandardSection
{
    /// <summary>What no key of the section can carry over.</summary>
    public const string Differences =
        "POST and PATCH are repeated only with Idempotency-Key or AllowRetry(); retries and hedges have a budget; a limit on the " +
        "requests in flight counts each attempt, inside retry; a rejected retry ends the call; a break is up to 10 % longer at random";

    private readonly ConfigurationNode _section;
    private readonly List<string> _mistakes = [];
    private readonly Dictionary<string, List<ConfigurationNode>> _nodes = [];

    private StandardSection(ConfigurationNode section) => _section = section;

    /// <summary>The section as this package reads it.</summary>
    public ConfigurationNode Node => new(
        _section.Key,
        _section.Path,
        _section.Text,
        [
            .. _nodes.GetValueOrDefault("") ?? [],
            .. _nodes.Where(static each => each.Key.Length > 0)
                .Select(each => new ConfigurationNode(each.Key, _section.Path, text: null, each.Value)),
        ]);

    /// <summary>What has no counterpart, with its path.</summary>
    public IReadOnlyList<string> Mistakes => _mistakes;

    public static StandardSection Translate(ConfigurationNode section)
    {
        var translated = new StandardSection(section);
        var keys = StandardKeys.For(section);
        foreach (var key in keys)
        {
            translated.Add(key);
        }

        translated.Refuse(section, "", [.. keys.Select(static key => key.From)]);
        return translated;
    }

    private void Add(StandardKey key)
    {
        var written = key.From.Length > 0
            ? key.From.Split(':').Aggregate((ConfigurationNode?)_section, static (node, name) => node?.Child(name))
            : null;
        if (written is { Children.Count: > 0 })
        {
            _mistakes.Add($"{written.Path} is an object, but a value is expected");
            return;
        }

        var text = written?.Text is { } set ? key.Convert(set, _section) : key.Default(_section);
        if (text is null)
        {
            if (written?.Text is not null)
            {
                _mistakes.Add($"{OptionsReadResult.Quote(written)} has no counterpart here; allowed: {key.Allowed}");
            }

            return;
        }

        foreach (var target in key.To)
        {
            var (parent, name) = target.Split(':') is [var first, var second] ? (first, second) : ("", target);
            if (!_nodes.TryGetValue(parent, out var siblings))
            {
                _nodes.Add(parent, siblings = []);
            }

            siblings.Add(new ConfigurationNode(name, written?.Path ?? $"{_section.Path}:{key.From}".TrimEnd(':'), text, []));
        }
    }

    /// <summary>Reports what is neither a key nor on the way to one.</summary>
    private void Refuse(ConfigurationNode node, string prefix, IReadOnlyCollection<string> keys)
    {
        foreach (var child in node.Children)
        {
            var key = prefix + child.Key;
            if (keys.Any(known => known.StartsWith($"{key}:", StringComparison.OrdinalIgnoreCase)))
            {
                if (child.Text is { Length: > 0 })
                {
                    _mistakes.Add($"{OptionsReadResult.Quote(child)} is a value, but an object is expected");
                }

                Refuse(child, $"{key}:", keys);
            }
            else if (!keys.Contains(key, StringComparer.OrdinalIgnoreCase))
            {
                _mistakes.Add($"{child.Path} has no counterpart here. Remove it, or see docs/switching.md for what takes its place");
            }
        }
    }
}
