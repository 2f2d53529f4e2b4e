namespace Resilience.Http.Benchmarks.Outcomes.Servers;

/// <summary>
/// How the servers of one contender are laid out. Workers, service time and queue are those of one backend. If nothing balances, the client
/// calls the backends themselves.
/// </summary>
internal sealed record ServiceShape(
    int Backends, int Workers, double ServiceMilliseconds, int Queue, string? Balancing = "round-robin");
