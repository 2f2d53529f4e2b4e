namespace Resilience.Http;

/// <summary>
/// A random delay from <see cref="Min"/> to <see cref="Max"/> before the request is sent, distributed evenly. It ends if the request is
/// canceled.
/// </summary>
public sealed class HttpChaosLatencyOptions
{
    private TimeSpan? _max;
    private double? _percentage;

    /// <summary>The shortest delay.</summary>
    /// <value>Default: zero. Allowed: 0 to 24 hours.</value>
    public TimeSpan Min { get; set; }

    /// <summary>The longest delay.</summary>
    /// <value>
    /// Default: <see cref="Min"/>, so that every delay is the same. Allowed: more than zero, and <see cref="Min"/> to 24 hours.
    /// </value>
    public TimeSpan Max
    {
        get => _max ?? Min;
        set => _max = value;
    }

    /// <summary>The percentage of the requests that are delayed.</summary>
    /// <value>Default: 0. It must be set; 0 disables the fault. Allowed: 0 to 100.</value>
    public double Percentage
    {
        get => _percentage ?? 0;
        set => _percentage = value;
    }

    internal bool PercentageIsSet => _percentage is not null;
}
