using System.Globalization;

namespace Resilience.Http.Chaos.Faults;

/// <summary>A wait before the call is sent.</summary>
internal sealed class LatencyFault
{
    private readonly TimeSpan _min;
    private readonly TimeSpan _max;
    private readonly double _percentage;

    private LatencyFault(HttpChaosLatencyOptions options) => (_min, _max, _percentage) = (options.Min, options.Max, options.Percentage);

    public static LatencyFault? From(HttpChaosLatencyOptions? options) => options is { Percentage: > 0 } ? new(options) : null;

    /// <summary>The wait of one call; <see langword="null"/> for none. Takes two numbers either way.</summary>
    public TimeSpan? Draw(Func<double> chance)
    {
        var struck = Percent.Strikes(_percentage, chance);
        var wait = _min + ((_max - _min) * chance());
        return struck ? wait : null;
    }

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture, $"latency {_min.TotalMilliseconds:0.#} to {_max.TotalMilliseconds:0.#} ms on {_percentage} %");
}
