namespace Resilience.Http.Settings;

/// <summary>The name of a request header: a token (RFC 9110, 5.6.2), and not a header of the content.</summary>
internal sealed class HeaderNameFormat : ValueFormat<string>
{
    public static readonly HeaderNameFormat Instance = new();

    public override string Name => "header name";

    public override string Allowed => "the name of a request header, such as X-Deadline-Ms";

    public override string? Parse(string text, out string value) => Check(value = text.Trim());

    public override string? Check(string value) => IsName(value) ? null : "is not the name of a request header";

    public override string Format(string value) => value ?? "none";

    public static bool IsName(string? name)
    {
        using var request = new HttpRequestMessage();
        return !string.IsNullOrEmpty(name) && request.Headers.TryAddWithoutValidation(name, "1");
    }
}
