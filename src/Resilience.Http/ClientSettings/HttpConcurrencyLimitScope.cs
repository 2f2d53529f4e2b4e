namespace Resilience.Http;

/// <summary>What one concurrency limit covers.</summary>
public enum HttpConcurrencyLimitScope
{
    /// <summary>One authority: scheme, host and port.</summary>
    Authority,

    /// <summary>The whole service, whatever authorities its requests go to.</summary>
    Service,
}
