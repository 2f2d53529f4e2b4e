namespace Resilience.Http;

/// <summary>What one circuit covers.</summary>
public enum HttpCircuitBreakerScope
{
    /// <summary>One authority: scheme, host and port.</summary>
    Authority,

    /// <summary>The whole service, whatever authorities its requests go to.</summary>
    Service,
}
