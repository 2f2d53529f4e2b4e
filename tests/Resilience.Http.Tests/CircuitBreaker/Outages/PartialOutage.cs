namespace Resilience.Http.Tests.CircuitBreaker.Outages;

/// <summary>One of several backends behind one address is out of order, and the balancer does not know.</summary>
/// <param name="Backends">How many there are.</param>
/// <param name="Fault">What is wrong with the first of them.</param>
/// <param name="Balancing">Who is sent where.</param>
/// <param name="Callers">How many call, each one call after the other.</param>
/// <param name="Cold">Whether it is so from the start, or from the thirtieth second on.</param>
/// <param name="MaxRetries">How often an attempt is repeated; no budget holds retries back.</param>
internal sealed record PartialOutage(
    int Backends, BackendFault Fault, Balancing Balancing, int Callers, bool Cold = true, int MaxRetries = 0)
{
    /// <summary>What a client without retries and circuit breaker gets, if its callers do not wait for each other.</summary>
    public double PlainShare => 1 - (1.0 / Backends);
}
