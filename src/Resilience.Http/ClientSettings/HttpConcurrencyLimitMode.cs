namespace Resilience.Http;

/// <summary>How the concurrency limit is set.</summary>
public enum HttpConcurrencyLimitMode
{
    /// <summary>It is <see cref="HttpConcurrencyLimitOptions.Limit"/>.</summary>
    Fixed,

    /// <summary>
    /// It moves between <see cref="HttpConcurrencyLimitOptions.MinLimit"/> and <see cref="HttpConcurrencyLimitOptions.Limit"/>, by the
    /// response times and the failures that overload causes.
    /// </summary>
    Adaptive,
}
