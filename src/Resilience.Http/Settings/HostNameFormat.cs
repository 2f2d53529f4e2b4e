namespace Resilience.Http.Settings;

/// <summary>The value of a <c>Host</c> header: a name, and a port if it is not the default one.</summary>
internal sealed class HostNameFormat : ValueFormat<string?>
{
    public static readonly HostNameFormat Instance = new();

    public override string Name => "host name";

    public override string Allowed => "a host, or host:port";

    public override string? Parse(string text, out string? value)
    {
        value = text.Trim();
        return Check(value);
    }

    public override string? Check(string? value) =>
        value is null || IsHost(value) ? null : "is not a host name, write it as host or host:port";

    public override string Format(string? value) => value ?? "none";

    private static bool IsHost(string text) =>
        text.Length > 0
        && text.IndexOfAny(['/', '?', '#', '@', '\\', ' ']) < 0
        && Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var uri)
        && uri.Host.Length > 0;
}
