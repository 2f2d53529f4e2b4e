using System.Text.Json;
using Resilience.Http.Chaos.Experiments.Values;
using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Experiments.Toolkit;

/// <summary>
/// The fields of one JSON object, asked for by name. What was never asked for is unknown, and <see cref="RejectUnknown"/> says so: the list
/// of known fields is the code that reads them.
/// </summary>
internal sealed class Fields
{
    private readonly LocatedJson _object;
    private readonly ExperimentErrors _mistakes;
    private readonly List<string> _known = [];
    private readonly List<string> _refused = [];

    private Fields(LocatedJson @object, ExperimentErrors mistakes) => (_object, _mistakes) = (@object, mistakes);

    /// <summary>The fields of a value that must be an object; of one that is not, none, and a mistake.</summary>
    public static Fields From(LocatedJson value, ExperimentErrors mistakes)
    {
        if (value.Kind == JsonValueKind.Object)
        {
            return new(value, mistakes);
        }

        mistakes.Add(value, $"must be an object, not {Words(value)}.");
        return new(LocatedJson.OfMembers([], value.Line, value.Path), mistakes) { Broken = true };
    }

    /// <summary>The value is not an object. That is one mistake; its missing fields are not reported too.</summary>
    private bool Broken { get; init; }

    /// <summary>A field; one that is written as <c>null</c> counts as left out.</summary>
    public LocatedJson? Find(string name) => FindWritten(name) is { Kind: not JsonValueKind.Null } value ? value : null;

    /// <summary>A field of which <c>null</c> is a value like any other.</summary>
    public LocatedJson? FindWritten(string name)
    {
        if (!_known.Contains(name))
        {
            _known.Add(name);
        }

        return _object.Find(name);
    }

    public LocatedJson? Required(string name, string what)
    {
        var value = Find(name);
        if (value is null && !Broken)
        {
            _mistakes.Add(_object.Line, Below(name), $"is missing: {what}.");
        }

        return value;
    }

    public string? Text(string name) => Text(Find(name));

    public string? RequiredText(string name, string what) => Text(Required(name, what));

    public bool Flag(string name)
    {
        var value = Find(name);
        if (value is { Kind: not (JsonValueKind.True or JsonValueKind.False) })
        {
            _mistakes.Add(value, $"must be true or false, not {Words(value)}.");
        }

        return value?.Kind == JsonValueKind.True;
    }

    public double? Number(string name, double lowest, double highest, string unit = "")
    {
        var value = Find(name);
        return value is null ? null : Number(value, lowest, highest, unit);
    }

    public double? Number(LocatedJson value, double lowest, double highest, string unit = "")
    {
        if (value.TryNumber(out var number) && number >= lowest && number <= highest)
        {
            return number;
        }

        _mistakes.Add(value, FormattableString.Invariant($"must be a number from {lowest} to {highest}{unit}, not {Words(value)}."));
        return null;
    }

    public TimeSpan? Seconds(string name, double longest = 86_400) =>
        Number(name, 0, longest, " (seconds)") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public int? Whole(string name, int lowest, int highest)
    {
        var number = Number(name, lowest, highest);
        if (number is { } fraction && fraction != Math.Floor(fraction))
        {
            _mistakes.Add(Find(name)!, "must be a whole number.");
        }

        return (int?)number;
    }

    public IReadOnlyList<LocatedJson> List(string name) => Find(name) is { } value ? List(value) : [];

    public IReadOnlyList<LocatedJson> List(LocatedJson value)
    {
        if (value.Kind != JsonValueKind.Array)
        {
            _mistakes.Add(value, $"must be a list, not {Words(value)}.");
        }

        return value.Items;
    }

    /// <summary>All that was not asked for yet, for a reader with names of its own.</summary>
    public LocatedJson Others()
    {
        List<(string Name, LocatedJson Value)> others = [.. _object.Members.Where(member => !_known.Contains(member.Name))];
        _known.AddRange(others.Select(static member => member.Name));
        return LocatedJson.OfMembers(others, _object.Line, _object.Path);
    }

    /// <summary>
    /// A field of the format that is understood and not supported. Empty, or with the value that holds anyway, it changes nothing and is
    /// accepted.
    /// </summary>
    public void Refuse(string name, string why, Predicate<LocatedJson>? isHarmless = null)
    {
        _refused.Add(name);
        if (_object.Find(name) is { IsEmpty: false } value && isHarmless?.Invoke(value) != true)
        {
            _mistakes.Add(value, $"is not supported: {why}.");
        }
    }

    /// <summary>Whatever was not asked for is a mistake.</summary>
    public void RejectUnknown()
    {
        foreach (var (name, value) in _object.Members)
        {
            if (!_known.Contains(name) && !_refused.Contains(name))
            {
                var near = SpellingSuggestion.To(name, _known);
                _mistakes.Add(value, near is null
                    ? $"is not a known field. Known fields: {string.Join(", ", _known)}."
                    : $"is not a known field. Did you mean '{near}'?");
            }
        }
    }

    public static string Words(LocatedJson value) => value.Kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text '{value.Scalar}'",
        JsonValueKind.Number => value.Scalar,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    private string? Text(LocatedJson? value)
    {
        if (value is { Kind: JsonValueKind.String } && value.Scalar.Trim().Length > 0)
        {
            return value.Scalar;
        }

        if (value is not null)
        {
            _mistakes.Add(value, $"must be a text, not {(value.Kind == JsonValueKind.String ? "an empty one" : Words(value))}.");
        }

        return null;
    }

    private string Below(string name) => _object.Path.Length == 0 ? name : $"{_object.Path}.{name}";
}
