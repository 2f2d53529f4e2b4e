namespace Resilience.Http.Tests.Retry.Load;

/// <param name="Succeeded">The share of calls that succeeded.</param>
/// <param name="SendsPerCall">Requests that left the chain for each call.</param>
/// <param name="Goodput">Calls that succeeded per second.</param>
internal sealed record LoadResult(double Succeeded, double SendsPerCall, double Goodput);
