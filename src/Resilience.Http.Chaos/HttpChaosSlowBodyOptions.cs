namespace Resilience.Http;

/// <summary>A response body that trickles: the headers come as ever, the bytes after them at this pace.</summary>
public sealed class HttpChaosSlowBodyOptions
{
    private double? _percentage;

    /// <summary>The pace.</summary>
    /// <value>Default: 0, which is not a valid rate: it must be set. Allowed: 1 to 1,000,000,000 bytes a second.</value>
    public int BytesPerSecond { get; set; }

    /// <summary>How many of 100 bodies are slow.</summary>
    /// <value>Default: 0; must be set, and 0 switches the fault off. Allowed: 0 to 100.</value>
    public double Percentage
    {
        get => _percentage ?? 0;
        set => _percentage = value;
    }

    internal bool PercentageIsSet => _percentage is not null;
}
