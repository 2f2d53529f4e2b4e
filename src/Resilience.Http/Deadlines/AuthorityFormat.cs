using Resilience.Http.Settings;

namespace Resilience.Http.Deadlines;

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

        // Excluding a part of a host is not possible, and whoever writes a path expects just that.
        return uri is { PathAndQuery: "" or "/", Fragment: "", UserInfo: "" }
            ? null
            : "is more than an authority: leave out the user, the path, the query and the fragment";
    }

    public override string Format(string value) => value ?? "none";
}
