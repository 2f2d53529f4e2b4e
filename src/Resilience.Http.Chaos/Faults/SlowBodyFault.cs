using System.Globalization;

namespace Resilience.Http.Chaos.Faults;

/// <summary>A response body that trickles.</summary>
internal sealed class SlowBodyFault
{
    private readonly int _bytesPerSecond;
    private readonly double _percentage;

    private SlowBodyFault(HttpChaosSlowBodyOptions options) =>
        (_bytesPerSecond, _percentage) = (options.BytesPerSecond, options.Percentage);

    public static SlowBodyFault? From(HttpChaosSlowBodyOptions? options) => options is { Percentage: > 0 } ? new(options) : null;

    public int? Draw(Func<double> chance) => Percent.Strikes(_percentage, chance) ? _bytesPerSecond : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"bodies at {_bytesPerSecond} B/s on {_percentage} %");
}
