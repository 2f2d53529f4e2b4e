using System.Buffers;

namespace Resilience.Http.Settings;

/// <summary>The name of an HTTP field, which is a token (RFC 9110, 5.1).</summary>
internal sealed class FieldNameFormat : ValueFormat<string?>
{
    public static readonly FieldNameFormat Instance = new();

    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public override string Name => "field name";

    public override string Allowed => "the name of a response field, such as X-RateLimit-Remaining";

    public override ValueShape Shape => ValueShape.Matching("""^\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+\s*$""");

    public override string? Parse(string text, out string? value)
    {
        value = text.Trim();
        return Check(value);
    }

    public override string? Check(string? value) =>
        value is null || (value.Length > 0 && !value.AsSpan().ContainsAnyExcept(TokenChars)) ? null : "is not the name of a field";

    public override string Format(string? value) => value ?? "none";
}
