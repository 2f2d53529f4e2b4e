using System.Globalization;
using System.Net;

namespace Resilience.Http.Settings;

/// <summary>A status code as its number; <see langword="null"/> is none.</summary>
internal sealed class StatusCodeFormat(int min, int max) : ValueFormat<HttpStatusCode?>
{
    private readonly IntegerFormat _number = new(min, max);

    public override string Name => "status code";

    public override string Allowed => _number.Allowed;

    public override string? Parse(string text, out HttpStatusCode? value)
    {
        var wrong = _number.Parse(text, out var number);
        value = (HttpStatusCode)number;
        return wrong;
    }

    public override string? Check(HttpStatusCode? value) => value is { } status ? _number.Check((int)status) : null;

    public override ValueShape Shape => _number.Shape;

    public override string Format(HttpStatusCode? value) => ((int?)value)?.ToString(CultureInfo.InvariantCulture) ?? "none";
}
