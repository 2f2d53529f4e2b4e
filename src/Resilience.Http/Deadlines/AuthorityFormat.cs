using Resilience.Http.Requests;
using Resilience.Http.Settings;

namespace Resilience.Http.Deadlines;

/// <summary>Scheme, host and port of a service.</summary>
internal sealed class AuthorityFormat : ValueFormat<string>
{
    public static readonly AuthorityFormat Instance = new();

    public override string Name => "web origin";

    public override string Allowed => "authorities such as https://api.example.com";

    public override string? Parse(string text, out string value) => Check(value = text.Trim());

    public override string? Check(string value) =>
        Authority.TryParse(value ?? "", out var authority) && authority != Authority.AnyAuthority ? null : "is not an authority";

    public override string Format(string value) => value ?? "none";
}
