namespace Resilience.Http;

/// <summary>Settings of the span of each call.</summary>
public sealed class HttpTracingOptions
{
    /// <summary>Whether each call has its own span, the parent of the spans of its attempts.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    internal HttpTracingOptions Copy() => (HttpTracingOptions)MemberwiseClone();
}
