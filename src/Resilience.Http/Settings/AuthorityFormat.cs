namespace Resilience.Http.Settings;

/// <summary>Scheme, host and port of a service.</summary>
internal sealed class AuthorityFormat : ValueFormat<string>
{
    public static readonly AuthorityFormat Instance = new();

    public override string Name => "web origin";

    public override string Allowed => "authorities such as https://api.example.com";

    public override string? Parse(string text, out string value) => Check(value = text.Trim());

    public override string? Check(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            return "is not an authority";
        }

        // The header cannot be left out for a part of a host only, which is what somebody who writes a path expects.
        return uri is { PathAndQuery: "" or "/", Fragment: "", UserInfo: "" }
            ? null
            : "has more than a scheme, a host and a port";
    }

    public override string Format(string value) => value ?? "none";
}
