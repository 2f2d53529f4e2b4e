namespace Resilience.Http.Endpoints;

/// <summary>Where the requests below a base address go.</summary>
/// <param name="BaseAddress">What the requests begin with.</param>
/// <param name="Endpoints">At least one.</param>
internal sealed record ResolvedEndpoints(Uri BaseAddress, IReadOnlyList<HttpEndpoint> Endpoints);
