using System.Buffers;

namespace Resilience.Http.Settings;

/// <summary>The name of a response header, which is a token (RFC 9110, 5.1).</summary>
internal sealed class FieldNameFormat(string example) : ValueFormat<string?>
{
    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public override string Name => "header name";

    public override string Allowed => $"the name of a response header, such as {example}";

    public override ValueShape Shape => ValueShape.Matching("""^\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+\s*$""");

    public override string? Parse(string text, out string? value)
    {
        value = text.Trim();
        return Check(value);
    }

    public override string? Check(string? value) =>
        value is null || (value.Length > 0 && !value.AsSpan().ContainsAnyExcept(TokenChars))
            ? null
            : "is not the name of a response header";

    public override string Format(string? value) => value ?? "none";
}
