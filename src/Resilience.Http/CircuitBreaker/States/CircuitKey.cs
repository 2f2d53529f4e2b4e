namespace Resilience.Http.CircuitBreaker.States;

/// <summary>Identifies a circuit by service and authority.</summary>
/// <param name="Service">The service name of the client.</param>
/// <param name="Authority">Scheme, host and port.</param>
/// <param name="Tag">The authority as metrics show it: one of a bounded set.</param>
internal readonly record struct CircuitKey(string Service, string Authority, string Tag);
