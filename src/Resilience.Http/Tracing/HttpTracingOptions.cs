namespace Resilience.Http;

/// <summary>Settings of the span and the duration that each call leaves.</summary>
public sealed class HttpTracingOptions
{
    /// <summary>Whether a call has a span of its own, the parent of all its attempts.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    internal HttpTracingOptions Copy() => (HttpTracingOptions)MemberwiseClone();
}
