using System.Text.Json;

namespace Resilience.Http.Benchmarks.Hedging;

/// <summary>What one client came to; travels as JSON from its process. Durations in milliseconds, shares of the calls.</summary>
/// <param name="P50">While the service was well.</param>
/// <param name="P99">While the service was well.</param>
/// <param name="P999">While the service was well.</param>
/// <param name="Extra">Sends beyond the calls while the service was well.</param>
/// <param name="ExtraWhileSlow">Sends beyond the calls while the service was slow for everyone.</param>
/// <param name="ErrorsWhileSlow">Calls that failed while the service was slow for everyone.</param>
internal sealed record HedgingFigures(
    double P50, double P99, double P999, double Extra, double ExtraWhileSlow, double ErrorsWhileSlow)
{
    public override string ToString() => JsonSerializer.Serialize(this);

    public static HedgingFigures Parse(string json) => JsonSerializer.Deserialize<HedgingFigures>(json)!;
}
