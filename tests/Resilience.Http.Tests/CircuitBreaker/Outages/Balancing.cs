namespace Resilience.Http.Tests.CircuitBreaker.Outages;

internal enum Balancing
{
    RoundRobin,
    Random,
}
