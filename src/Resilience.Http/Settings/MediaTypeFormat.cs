using System.Net.Http.Headers;

namespace Resilience.Http.Settings;

/// <summary>A media type, such as <c>application/json</c>; <see langword="null"/> is none.</summary>
internal sealed class MediaTypeFormat : ValueFormat<string?>
{
    public static readonly MediaTypeFormat Instance = new();

    public override string Name => "media type";

    public override string Allowed => "a media type such as application/json";

    public override string? Parse(string text, out string? value) => Check(value = text);

    public override string? Check(string? value) =>
        value is null || MediaTypeHeaderValue.TryParse(value, out _) ? null : "is not a media type";

    public override string Format(string? value) => value ?? "none";
}
