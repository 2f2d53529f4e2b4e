namespace Resilience.Http;

/// <summary>What one circuit stands for.</summary>
public enum HttpCircuitBreakerScope
{
    /// <summary>One scheme, host and port of the service.</summary>
    Authority,

    /// <summary>The service, whatever hosts it is reached at.</summary>
    Service,
}
