namespace Resilience.Http;

/// <summary>A response body that arrives slowly. The headers arrive as usual, and the bytes of the body at this rate.</summary>
public sealed class HttpChaosSlowBodyOptions
{
    private double? _percentage;

    /// <summary>The rate, in bytes per second.</summary>
    /// <value>Default: 0, which is not a valid rate: it must be set. Allowed: 1 to 1,000,000,000 bytes a second.</value>
    public int BytesPerSecond { get; set; }

    /// <summary>The percentage of the bodies that are slow.</summary>
    /// <value>Default: 0. It must be set; 0 disables the fault. Allowed: 0 to 100.</value>
    public double Percentage
    {
        get => _percentage ?? 0;
        set => _percentage = value;
    }

    internal bool PercentageIsSet => _percentage is not null;
}
