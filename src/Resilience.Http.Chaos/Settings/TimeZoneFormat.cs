using Resilience.Http.Settings;

namespace Resilience.Http.Chaos.Settings;

/// <summary>The name of a time zone that this machine knows.</summary>
internal sealed class TimeZoneFormat : ValueFormat<string>
{
    public static readonly TimeZoneFormat Instance = new();

    public override string Name => "time zone";

    public override string Allowed => "a time zone that this machine knows, such as UTC or Europe/Berlin";

    public override string? Parse(string text, out string value) => Check(value = text.Trim());

    public override string? Check(string value) =>
        value is not null && TimeZoneInfo.TryFindSystemTimeZoneById(value, out _) ? null : "is not a time zone that this machine knows";

    public override string Format(string value) => value;
}
