using System.Text.RegularExpressions;
using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Settings;

/// <summary>A text of a certain form.</summary>
internal sealed partial class PatternFormat(string name, string allowed, string wrong, Regex form) : ValueFormat<string>
{
    /// <summary>RFC 9110, 5.6.2.</summary>
    private const string Token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";

    public static readonly PatternFormat Environment = new("name", "the names of host environments", "is empty", NotEmptyForm());
    public static readonly PatternFormat Method = new("method", "HTTP methods, such as GET", "is not an HTTP method", MethodForm());
    public static readonly PatternFormat Path =
        new("path", "the beginning of a path, such as /orders", "does not begin with /", PathForm());

    public static readonly PatternFormat Header =
        new("header", "the name of a header, or name: value", "is not a header", HeaderForm());

    public override string Name => name;

    public override string Allowed => allowed;

    public override string? Parse(string text, out string value) => Check(value = text.Trim());

    public override string? Check(string value) => value is not null && form.IsMatch(value) ? null : wrong;

    public override ValueShape Shape => ValueShape.Matching($"{form}");

    public override string Format(string value) => value;

    [GeneratedRegex(@"\S", RegexOptions.CultureInvariant)]
    private static partial Regex NotEmptyForm();

    [GeneratedRegex($"^{Token}$", RegexOptions.CultureInvariant)]
    private static partial Regex MethodForm();

    [GeneratedRegex("^/", RegexOptions.CultureInvariant)]
    private static partial Regex PathForm();

    [GeneratedRegex($@"^{Token}\s*(:.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderForm();
}
