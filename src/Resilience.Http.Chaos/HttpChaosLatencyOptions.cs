namespace Resilience.Http;

/// <summary>
/// A wait before the call is sent, drawn evenly from <see cref="Min"/> to <see cref="Max"/>. It ends when the call is cancelled.
/// </summary>
public sealed class HttpChaosLatencyOptions
{
    private TimeSpan? _max;
    private double? _percentage;

    /// <summary>The shortest wait.</summary>
    /// <value>Default: no time. Allowed: 0 to 24 hours.</value>
    public TimeSpan Min { get; set; }

    /// <summary>The longest wait.</summary>
    /// <value>
    /// Default: <see cref="Min"/>, which makes every wait the same. Allowed: <see cref="Min"/>, and more than no time, to 24 hours.
    /// </value>
    public TimeSpan Max
    {
        get => _max ?? Min;
        set => _max = value;
    }

    /// <summary>How many of 100 calls wait.</summary>
    /// <value>Default: 0; must be set, and 0 switches the fault off. Allowed: 0 to 100.</value>
    public double Percentage
    {
        get => _percentage ?? 0;
        set => _percentage = value;
    }

    internal bool PercentageIsSet => _percentage is not null;
}
