using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Resilience.Http.Chaos.Experiments.Values;

namespace Resilience.Http.Chaos.Experiments.Toolkit;

/// <summary>
/// The names that <c>${name}</c> stands for: those of <c>configuration</c>, which every step sees, and those of the groups of
/// <c>secrets</c>, which only the steps see that name the group. Values come from the file, the environment, or the caller of Load; the
/// type of those that come as text is the one that the file declares.
/// </summary>
internal sealed partial class Variables
{
    /// <summary>The type of a number that is written out: an int or a float.</summary>
    private const string Number = "number";

    private readonly Dictionary<string, LocatedJson> _configuration = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, LocatedJson>> _secrets = new(StringComparer.Ordinal);
    private readonly Func<string, string?> _environment;
    private readonly ExperimentErrors _mistakes;

    public Variables(Func<string, string?> environment, ExperimentErrors mistakes) => (_environment, _mistakes) = (environment, mistakes);

    public void ReadConfiguration(LocatedJson? configuration, IReadOnlyDictionary<string, string>? given)
    {
        var names = configuration is null ? [] : Members(configuration);
        foreach (var (name, value) in names)
        {
            if (Read(value, given?.GetValueOrDefault(name)) is { } read)
            {
                _configuration[name] = read;
            }
        }

        foreach (var name in given?.Keys ?? [])
        {
            if (!names.Any(member => member.Name == name))
            {
                _mistakes.Add(configuration?.Line ?? 1, "configuration", $"does not declare '{name}', for which a value was given.");
            }
        }
    }

    public void ReadSecrets(LocatedJson? secrets)
    {
        foreach (var (group, names) in secrets is null ? [] : Members(secrets))
        {
            _secrets[group] = new(StringComparer.Ordinal);
            foreach (var (name, value) in Members(names))
            {
                if (Read(value, given: null) is { } read)
                {
                    _secrets[group][name] = read;
                    _mistakes.Secrets.Add(read.AsText());
                }
            }
        }
    }

    /// <summary>
    /// Puts values in place of names, everywhere below a value, by the rules of Python's <c>string.Template</c>, which the Chaos Toolkit
    /// uses: <c>${name}</c> and <c>$name</c> stand for a value, <c>$$</c> for a dollar, and any other <c>$</c> for itself. A text that is
    /// nothing but one name takes the value's own kind.
    /// </summary>
    /// <param name="value">Where.</param>
    /// <param name="groups">The groups of secrets that may be seen; <see langword="null"/> for none.</param>
    public LocatedJson Substitute(LocatedJson value, LocatedJson? groups = null)
    {
        var visible = Visible(groups);
        return value.Replace(scalar => scalar.Kind == JsonValueKind.String ? Substitute(scalar, visible) : scalar);
    }

    private LocatedJson Substitute(LocatedJson text, IReadOnlyList<Dictionary<string, LocatedJson>> visible)
    {
        if (Placeholder().Match(text.Scalar) is { Success: true } whole && whole.Length == text.Scalar.Length && !IsDollar(whole))
        {
            return Find(whole, visible, text) is { } found ? LocatedJson.OfScalar(found.Kind, found.Scalar, text.Line, text.Path) : text;
        }

        var replaced = Placeholder().Replace(
            text.Scalar, match => IsDollar(match) ? "$" : Find(match, visible, text)?.AsText() ?? match.Value);
        return LocatedJson.OfText(replaced, text.Line, text.Path);
    }

    private static bool IsDollar(Match match) => match.ValueSpan is "$$";

    /// <summary>
    /// The value of a name. An undeclared <c>$name</c> is text, as in a query of OData or in a pattern; an undeclared <c>${name}</c> is a
    /// mistake.
    /// </summary>
    private LocatedJson? Find(Match name, IReadOnlyList<Dictionary<string, LocatedJson>> visible, LocatedJson where)
    {
        var wanted = name.Groups["name"].Value;
        foreach (var names in visible)
        {
            if (names.TryGetValue(wanted, out var value))
            {
                return value;
            }
        }

        var hidden = _secrets.FirstOrDefault(group => group.Value.ContainsKey(wanted)).Key;
        if (hidden is not null)
        {
            _mistakes.Add(where, $"names {name.Value} of the secrets '{hidden}'; add \"secrets\": [\"{hidden}\"] to the provider.");
        }
        else if (name.Value.StartsWith("${", StringComparison.Ordinal))
        {
            _mistakes.Add(where, $"names {name.Value}, which 'configuration' does not declare.");
        }

        return null;
    }

    private List<Dictionary<string, LocatedJson>> Visible(LocatedJson? groups)
    {
        List<Dictionary<string, LocatedJson>> visible = [_configuration];
        foreach (var group in groups?.Kind == JsonValueKind.Array ? groups.Items : groups is null ? [] : [groups])
        {
            if (_secrets.TryGetValue(group.Scalar, out var names))
            {
                visible.Add(names);
            }
            else
            {
                _mistakes.Add(group, $"must name groups of 'secrets'; {Fields.Words(group)} is not one.");
            }
        }

        return visible;
    }

    private LocatedJson? Read(LocatedJson value, string? given)
    {
        if (value.Kind == JsonValueKind.Object)
        {
            return ReadEnvironment(value, given);
        }

        if (given is not null)
        {
            return Typed(value, given, TypeOf(value), "the given value");
        }

        if (value.IsScalar)
        {
            return value;
        }

        _mistakes.Add(value, $"must be a value, or {{ \"type\": \"env\", \"key\": \"NAME\" }}, not {Fields.Words(value)}.");
        return null;
    }

    private LocatedJson? ReadEnvironment(LocatedJson value, string? given)
    {
        var fields = Fields.From(value, _mistakes);
        var type = fields.RequiredText("type", "'env' is the only type that is supported");
        var key = fields.RequiredText("key", "the name of the environment variable");
        var fallback = fields.Find("default");
        var valueType = fields.Text("env_var_type") ?? "str";
        fields.RejectUnknown();
        if (type is not (null or "env"))
        {
            _mistakes.Add(value.Find("type")!, $"'{type}' is not supported: write the value, or take it from the environment with 'env'.");
            return null;
        }

        if (fallback is { IsScalar: false })
        {
            _mistakes.Add(fallback, $"must be a single value, not {Fields.Words(fallback)}.");
            return null;
        }

        if (valueType is not ("str" or "int" or "float" or "bool"))
        {
            _mistakes.Add(value.Find("env_var_type")!, $"must be str, int, float or bool, not '{valueType}'.");
            return null;
        }

        if (given is not null)
        {
            return Typed(value, given, valueType, "the given value");
        }

        return key is null ? null : FromEnvironment(value, key, fallback, valueType);
    }

    private LocatedJson? FromEnvironment(LocatedJson value, string key, LocatedJson? fallback, string type)
    {
        if (_environment(key) is { } text)
        {
            return Typed(value, text, type, $"its value from the environment variable {key}");
        }

        if (fallback is null)
        {
            _mistakes.Add(value, $"takes its value from the environment variable {key}, which is not set. Set it, or give a \"default\".");
        }

        return fallback is { Kind: JsonValueKind.String } ? Typed(value, fallback.Scalar, type, "its default") : fallback;
    }

    /// <summary>A text as a value of the type that was declared for it. Whole numbers keep their digits, however many.</summary>
    private LocatedJson? Typed(LocatedJson value, string text, string type, string source)
    {
        switch (type)
        {
            case "str":
                return LocatedJson.OfText(text, value.Line, value.Path);
            case "int" or Number when BigInteger.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole):
                return LocatedJson.OfScalar(JsonValueKind.Number, whole.ToString(CultureInfo.InvariantCulture), value.Line, value.Path);
            case "float" or Number when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number):
                return LocatedJson.OfScalar(JsonValueKind.Number, number.ToString(CultureInfo.InvariantCulture), value.Line, value.Path);
            case "bool" when bool.TryParse(text, out var flag):
                return LocatedJson.OfScalar(flag ? JsonValueKind.True : JsonValueKind.False, "", value.Line, value.Path);
            default:
                _mistakes.Add(value, $"takes {source}, which is not of type {type}."); // without the text, which may be a secret
                return null;
        }
    }

    /// <summary>The type of a value that is written out, and so of what is given in its place.</summary>
    private static string TypeOf(LocatedJson value) => value.Kind switch
    {
        JsonValueKind.Number => Number,
        JsonValueKind.True or JsonValueKind.False => "bool",
        _ => "str",
    };

    private IReadOnlyList<(string Name, LocatedJson Value)> Members(LocatedJson value)
    {
        if (value.Kind != JsonValueKind.Object)
        {
            _mistakes.Add(value, $"must be an object, not {Fields.Words(value)}.");
        }

        return value.Members;
    }

    [GeneratedRegex(@"\$(?:\$|(?<name>[_a-zA-Z][_a-zA-Z0-9]*)|\{(?<name>[^}]+)\})", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
